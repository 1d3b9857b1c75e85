// SPDX-License-Identifier: Apache-2.0
// The command line of mailtap-traffic. Shares are 0 to 1.
#ifndef MAILTAP_BENCH_TRAFFIC_OPTIONS_H_
#define MAILTAP_BENCH_TRAFFIC_OPTIONS_H_

#include <cstdint>
#include <string>

#include "pcap_writer.h"

namespace mailtap::traffic {

struct MailOptions {
  double share = 0.7;  // of all bytes
  double size_median = 8192, size_sigma = 1.8;
  std::uint64_t size_max = 5000000;
  double starttls = 0.15, implicit_tls = 0.05, starttls_refused = 0.01;  // of sessions
  double off_port = 0.03, pipelining = 0.5, chunking = 0.1, multi_line = 0.3;
  double auth = 0.8;  // of submissions in clear
  double auth_failures = 0.1, auth_aborted = 0.02;
  std::uint32_t auth_plain = 50, auth_login = 30, auth_cram_md5 = 10, auth_other = 10;  // weights
  double recipients_refused = 0.04, mail_refused = 0.01, data_refused = 0.01, message_refused = 0.01;
  double abandoned = 0.02;                                // transactions left by RSET, EHLO, QUIT or close
  double more_messages = 0.4;                             // one more transaction follows
  std::uint32_t probing = 2, guessing = 2, spamming = 2;  // hosts
};

struct FlowOptions {
  double ipv6 = 0.2, vlan = 0.1, no_timestamps = 0.3;
  double bare_sums = 0;           // of directions
  double cuts = 0.05;             // flows whose text is sent in small pieces
  double reset = 0.02;            // flows that end in RST
  double reuse = 0.01;            // sessions that take the ports of the client's last one
  double overlaps = 0;            // of data segments: sent again in part, or begun too early
  double corrupted = 0;           // of data segments: a damaged copy comes first
  double conflicts = 0;           // of data segments: a copy with other bytes comes after
  double upstream_losses = 0;     // of data segments: lost before the tap and sent again
  double fragments = 0;           // of packets: cut into IP fragments
  std::uint32_t concurrency = 0;  // 0: by size
  std::uint32_t open = 0;         // connections held open from the start
  double open_mail = 0.5;         // of them
};

struct DisorderOptions {
  double reorder = 0;               // of packets
  std::uint32_t reorder_us = 2000;  // at most so late
  double skew = 0;                  // of flows: one direction late
  std::uint32_t skew_us = 15000;    // at most
  double duplicates = 0;
  double losses = 0;
  bool twice = false;  // every packet, as a SPAN of both ports shows it

  bool any() const { return reorder > 0 || skew > 0 || duplicates > 0 || losses > 0 || twice; }
};

struct Options {
  PcapOptions pcap;
  std::string truth_path;
  std::string sessions_path;
  std::string canary = "Tr4ff1c-Canary";
  std::uint64_t bytes = 10000000;
  std::uint64_t seed = 1;
  std::uint64_t start_s = 1772442000;  // 2026-03-02 09:00:00 UTC
  MailOptions mail;
  FlowOptions flow;
  DisorderOptions disorder;
};

// Reads the command line. Returns true to go on; else `status` is what to exit with.
bool parse_options(int argc, char** argv, Options& options, int& status);

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_OPTIONS_H_
