// SPDX-License-Identifier: Apache-2.0
#include "options.h"

#include <CLI/CLI.hpp>

namespace mailtap::traffic {
namespace {

void share(CLI::App& app, const std::string& name, double& value, const std::string& help) {
  app.add_option(name, value, help)->check(CLI::Range(0.0, 1.0))->capture_default_str();
}

template <typename Number>
void number(CLI::App& app, const std::string& name, Number& value, const std::string& help) {
  app.add_option(name, value, help)->capture_default_str();
}

void add_output(CLI::App& app, Options& options) {
  app.add_option("--pcap", options.pcap.path, "capture file to write")->required();
  app.add_option("--truth", options.truth_path, "JSON file for the truth");
  app.add_option("--sessions", options.sessions_path,
                 "file for the truth of each mail session, one JSON object a line");
  app.add_option("--bytes", options.bytes, "size to reach, such as 10M or 2G")
      ->transform(CLI::AsSizeValue(true))
      ->capture_default_str();
  number(app, "--seed", options.seed, "same seed, same bytes");
  number(app, "--start", options.start_s, "capture time of the beginning, seconds since 1970");
  number(app, "--canary", options.canary, "word inside every generated secret");
  app.add_flag("--big-endian", options.pcap.big_endian, "write the file in big-endian order");
  app.add_flag("--nanoseconds", options.pcap.nanoseconds, "write nanoseconds");
  app.add_option("--snaplen", options.pcap.snaplen, "bytes kept of a packet")
      ->check(CLI::Range(1, 65535))
      ->capture_default_str();
}

void add_mail(CLI::App& app, MailOptions& mail) {
  share(app, "--mail-share", mail.share, "mail's share of the bytes");
  number(app, "--size-median", mail.size_median, "of a message, octets");
  number(app, "--size-sigma", mail.size_sigma, "of the logarithm");
  number(app, "--size-max", mail.size_max, "of a message, octets");
  share(app, "--starttls-share", mail.starttls, "sessions that go to TLS by STARTTLS");
  share(app, "--implicit-tls-share", mail.implicit_tls, "sessions that are TLS from the first byte (465)");
  share(app, "--starttls-refused-share", mail.starttls_refused, "sessions whose STARTTLS is refused");
  share(app, "--off-port-share", mail.off_port, "sessions on ports that are not mail's");
  share(app, "--pipelining-share", mail.pipelining, "sessions that pipeline");
  share(app, "--chunking-share", mail.chunking, "sessions that send by BDAT");
  share(app, "--multi-line-share", mail.multi_line, "replies of several lines where one would do");
  share(app, "--auth-share", mail.auth, "submissions in clear that say AUTH");
  share(app, "--auth-failures", mail.auth_failures, "clients whose password is wrong");
  share(app, "--auth-aborted", mail.auth_aborted, "AUTH given up with *");
  number(app, "--auth-plain", mail.auth_plain, "weight of PLAIN");
  number(app, "--auth-login", mail.auth_login, "weight of LOGIN");
  number(app, "--auth-cram-md5", mail.auth_cram_md5, "weight of CRAM-MD5");
  number(app, "--auth-other", mail.auth_other, "weight of all other mechanisms");
  share(app, "--recipients-refused", mail.recipients_refused, "of recipients");
  share(app, "--mail-refused", mail.mail_refused, "of transactions: MAIL is refused");
  share(app, "--data-refused", mail.data_refused, "of transactions: DATA is refused");
  share(app, "--message-refused", mail.message_refused, "of transactions: refused after the end of data");
  share(app, "--abandoned", mail.abandoned, "of transactions: left by RSET, EHLO, QUIT or close");
  share(app, "--more-messages", mail.more_messages, "chance of one more transaction in a session");
  number(app, "--probing-hosts", mail.probing, "hosts that try VRFY and EXPN");
  number(app, "--guessing-hosts", mail.guessing, "hosts that guess passwords");
  number(app, "--spamming-hosts", mail.spamming, "hosts that send far too much");
}

void add_flows(CLI::App& app, FlowOptions& flow) {
  share(app, "--ipv6-share", flow.ipv6, "hosts that speak IPv6");
  share(app, "--vlan-share", flow.vlan, "flows with a VLAN tag");
  share(app, "--no-timestamps-share", flow.no_timestamps, "flows without TCP timestamps");
  share(app, "--bare-sums-share", flow.bare_sums, "directions with bare pseudo-header checksums");
  share(app, "--cut-share", flow.cuts, "flows whose text is sent in small pieces");
  share(app, "--reset-share", flow.reset, "flows that end in RST");
  share(app, "--reuse-share", flow.reuse, "sessions on the ports of the client's last one");
  share(app, "--overlap-share", flow.overlaps, "data segments sent again in part, equal bytes");
  share(app, "--corrupt-share", flow.corrupted, "data segments that come damaged first");
  share(app, "--conflict-share", flow.conflicts, "data segments followed by a copy with other bytes");
  share(app, "--upstream-loss-share", flow.upstream_losses,
        "data segments lost before the tap and sent again");
  share(app, "--fragment-share", flow.fragments, "packets cut into IP fragments, in any order");
  number(app, "--concurrency", flow.concurrency, "connections at once; 0: by size");
  number(app, "--flows-open", flow.open, "connections held open from the start to the end");
  share(app, "--flows-open-mail", flow.open_mail, "mail's share of those");
}

void add_disorder(CLI::App& app, DisorderOptions& disorder) {
  share(app, "--reorder-share", disorder.reorder, "packets that come late");
  number(app, "--reorder-us", disorder.reorder_us, "at most so late");
  share(app, "--skew-share", disorder.skew, "flows of which one direction comes late");
  number(app, "--skew-us", disorder.skew_us, "at most so late");
  share(app, "--duplicate-share", disorder.duplicates, "packets that come twice");
  share(app, "--loss-share", disorder.losses, "packets that the tap loses");
  app.add_flag("--every-packet-twice,--packets-twice", disorder.twice, "a SPAN of both ports");
}

}  // namespace

bool parse_options(int argc, char** argv, Options& options, int& status) {
  CLI::App app("Writes a capture of made-up mail traffic, and the truth about it.", "mailtap-traffic");
  add_output(app, options);
  add_mail(app, options.mail);
  add_flows(app, options.flow);
  add_disorder(app, options.disorder);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    status = app.exit(error) == 0 ? 0 : 2;
    return false;
  }
  return true;
}

}  // namespace mailtap::traffic
