// SPDX-License-Identifier: Apache-2.0
// Addresses: 10.1.0.0/24 mail servers, 10.64.0.0/10 clients inside, 10.160.0.0/14 those that speak other
// things, 10.180.0.0/15 those that stay, 10.200.0.0/16 attackers inside, 198.18.0.0/15 outsiders,
// 203.0.113.0/24 attackers outside; IPv6 likewise in fd00::/8 and 2001:db8::/32.
#include "population.h"

#include <algorithm>
#include <array>
#include <string>

namespace mailtap::traffic {
namespace {

constexpr std::uint32_t kServers = 8;
constexpr std::uint32_t kOutsiders = 2000;
constexpr std::uint32_t kClientsAtOnce = 64;
constexpr std::uint32_t kOthers = 60000;
constexpr std::uint64_t kLocalPrefix = 0xfd12345600010000U;
constexpr std::uint64_t kServerPrefix = 0xfd12345600020000U;
constexpr std::uint64_t kOtherPrefix = 0xfd12345600030000U;
constexpr std::uint64_t kOutsiderPrefix = 0x20010db800000000U;
constexpr double kSubmissions = 0.45;
constexpr double kInbound = 0.35;

constexpr std::uint32_t net(std::uint32_t a, std::uint32_t b, std::uint32_t c = 0) {
  return a << 24 | b << 16 | c << 8;
}

std::string domain_of(std::uint32_t server) { return "corp" + std::to_string(server) + ".example"; }

void next_port(std::uint16_t& port) { port = port >= 60000 ? 20000 : static_cast<std::uint16_t>(port + 1); }

}  // namespace

Population::Population(const Options& options, Random random)
    : options_(options),
      random_(random),
      clients_(kClientsAtOnce),
      outsider_ports_(kOutsiders, 20000),
      relay_ports_(kServers, 20000) {
  for (LocalClient& client : clients_) renew(client);
  add_probing_hosts();
  add_guessing_hosts();
  add_spamming_hosts();
}

bool Population::is_v6(std::uint32_t number) const {
  return (number * 2654435761U >> 16) < options_.flow.ipv6 * 65536;
}

Address Population::local_client(std::uint32_t number) const {
  return is_v6(number) ? ipv6(kLocalPrefix, number) : ipv4(net(10, 64) + number);
}

Address Population::server(std::uint32_t number, bool v6) const {
  return v6 ? ipv6(kServerPrefix, 10 + number) : ipv4(net(10, 1) + 10 + number);
}

Address Population::outsider(std::uint32_t number) const {
  return is_v6(number) ? ipv6(kOutsiderPrefix, 1 + number) : ipv4(net(198, 18) + 1 + number);
}

std::string Population::mechanism() {
  const MailOptions& mail = options_.mail;
  constexpr std::array<const char*, 5> kOther = {"DIGEST-MD5", "NTLM", "GSSAPI", "XOAUTH2", "SCRAM-SHA-256"};
  std::uint32_t pick =
      random_.below(mail.auth_plain + mail.auth_login + mail.auth_cram_md5 + mail.auth_other);
  if (pick < mail.auth_plain) return "PLAIN";
  pick -= mail.auth_plain;
  if (pick < mail.auth_login) return "LOGIN";
  pick -= mail.auth_login;
  return pick < mail.auth_cram_md5 ? "CRAM-MD5" : kOther[random_.below(kOther.size())];
}

void Population::renew(LocalClient& client) {
  client.number = next_client_++;
  client.sessions_left = random_.between(1, 4);
  client.port = static_cast<std::uint16_t>(random_.between(20000, 50000));
  client.auth = AuthPlan();
  client.auth.mechanism = mechanism();
  client.auth.username = "ann" + std::to_string(client.number) + "@" + domain_of(client.number % kServers);
  client.auth.secret = client.number;
  if (random_.chance(options_.mail.auth_failures)) {
    // Few enough for the same wrong password to stay below every threshold.
    client.auth.outcome = AuthOutcome::kFailure;
    client.auth.attempts = random_.between(1, 2);
    client.sessions_left = 1;
  } else if (random_.chance(options_.mail.auth_aborted)) {
    client.auth.outcome = AuthOutcome::kAborted;
  }
}

MailPlan Population::plain_plan(const Address& client, std::uint16_t port, const Address& server_ip,
                                std::uint16_t server_port) {
  MailPlan plan;
  plan.ends.ip = {client, server_ip};
  plan.ends.port = {port, server_port};
  plan.ends.timestamps = !random_.chance(options_.flow.no_timestamps);
  if (random_.chance(options_.flow.vlan)) plan.ends.vlan = static_cast<std::uint16_t>(100 + random_.below(4));
  for (SumMode& sum : plan.ends.sums) {
    if (random_.chance(options_.flow.bare_sums)) sum = SumMode::kPseudoHeader;
  }
  plan.client_name = "client.example";
  plan.client_domain = "sender.example";
  plan.server_name = "mx.example";
  plan.server_domain = "receiver.example";
  return plan;
}

void Population::set_manners(MailPlan& plan) {
  const MailOptions& mail = options_.mail;
  plan.transactions = 1 + random_.run(mail.more_messages, 3);
  plan.pipelining = random_.chance(mail.pipelining);
  plan.chunking = random_.chance(mail.chunking);
  plan.offers_starttls = random_.chance(0.5);
  plan.lower_case = random_.chance(0.05);
  if (random_.chance(options_.flow.reset))
    plan.ending = Ending::kClientResets;
  else if (random_.chance(0.2))
    plan.ending = Ending::kServerCloses;
}

void Population::choose_tls(MailPlan& plan, double implicit) {
  const MailOptions& mail = options_.mail;
  const double pick = random_.unit();
  if (pick < implicit)
    plan.tls = Tls::kImplicit;
  else if (pick < implicit + mail.starttls)
    plan.tls = Tls::kStartTls;
  else if (pick < implicit + mail.starttls + mail.starttls_refused)
    plan.tls = Tls::kStartTlsRefused;
  if (plan.tls == Tls::kStartTls || plan.tls == Tls::kStartTlsRefused) plan.offers_starttls = true;
}

MailPlan Population::session() {
  const double pick = random_.unit();
  return pick < kSubmissions ? submission() : between_servers(pick < kSubmissions + kInbound);
}

MailPlan Population::submission() {
  LocalClient& client = clients_[random_.below(kClientsAtOnce)];
  if (client.sessions_left-- == 0) {
    renew(client);
    --client.sessions_left;
  }
  const std::uint32_t number = client.number % kServers;
  const Address ip = local_client(client.number);
  next_port(client.port);
  MailPlan plan = plain_plan(ip, client.port, server(number, ip.v6), random_.chance(0.7) ? 587 : 25);
  set_manners(plan);
  choose_tls(plan, options_.mail.implicit_tls / kSubmissions);
  plan.client_name = "host" + std::to_string(client.number) + ".inside.example";
  plan.client_domain = domain_of(number);
  plan.server_name = "mx" + std::to_string(number) + ".example";
  plan.recipients_max = 5;
  constexpr std::array<std::uint16_t, 3> kOffPorts = {2525, 8025, 1025};
  if (plan.tls == Tls::kImplicit)
    plan.ends.port[1] = 465;
  else if (random_.chance(options_.mail.off_port / kSubmissions))
    plan.ends.port[1] = kOffPorts[random_.below(3)];
  if (random_.chance(options_.mail.auth)) plan.auth = client.auth;
  plan.one_vrfy = client.sessions_left == 0 && random_.chance(0.01);
  return plan;
}

MailPlan Population::between_servers(bool inbound) {
  const std::uint32_t number = random_.below(kServers);
  const std::uint32_t peer = random_.below(kOutsiders);
  const Address outside = outsider(peer);
  const Address inside = server(number, outside.v6);
  std::uint16_t& port = inbound ? outsider_ports_[peer] : relay_ports_[number];
  next_port(port);
  MailPlan plan = plain_plan(inbound ? outside : inside, port, inbound ? inside : outside, 25);
  set_manners(plan);
  choose_tls(plan, 0);
  plan.client_name = (inbound ? "out" : "mx") + std::to_string(inbound ? peer : number) + ".example";
  plan.client_domain = inbound ? "outside" + std::to_string(peer) + ".example" : domain_of(number);
  plan.server_domain = inbound ? domain_of(number) : "outside" + std::to_string(peer) + ".example";
  plan.old_hello = plan.tls == Tls::kNone && random_.chance(0.05);
  if (plan.old_hello) plan.offers_starttls = plan.pipelining = plan.chunking = false;
  return plan;
}

MailPlan Population::again(const Ends& ends) {
  MailPlan plan = plain_plan(ends.ip[0], ends.port[0], ends.ip[1], ends.port[1]);
  plan.ends = ends;
  plan.recipients_max = 2;
  return plan;
}

MailPlan Population::open_session(std::uint32_t number) {
  const Address ip = ipv4(net(10, 180) + 1 + number / 1000);
  MailPlan plan = plain_plan(ip, static_cast<std::uint16_t>(10000 + number % 1000), server(0, false), 25);
  plan.ending = Ending::kStaysOpen;
  plan.transactions = 0;
  return plan;
}

Ends Population::open_connection(std::uint32_t number) const {
  Ends ends;
  ends.ip = {ipv4(net(10, 181) + 1 + number / 1000), ipv4(net(198, 19) + 7)};
  ends.port = {static_cast<std::uint16_t>(10000 + number % 1000), 443};
  return ends;
}

OtherKind Population::other_kind() {
  const double pick = random_.unit();
  if (pick < 0.45) return OtherKind::kWeb;
  if (pick < 0.80) return OtherKind::kTls;
  if (pick < 0.88) return OtherKind::kShell;
  return pick < 0.97 ? OtherKind::kBulk : OtherKind::kFtp;
}

Ends Population::other_ends(OtherKind kind) {
  const std::uint32_t host = next_other_ % kOthers;
  const auto port = static_cast<std::uint16_t>(10000 + next_other_ / kOthers % 50000);
  ++next_other_;
  const bool v6 = is_v6(host);
  const std::uint32_t peer = 1 + random_.below(5000);
  const Address client = v6 ? ipv6(kOtherPrefix, host) : ipv4(net(10, 160) + 1 + host);
  const Address peer_ip = v6 ? ipv6(kOutsiderPrefix | 1, peer) : ipv4(net(198, 19) + peer);
  return plain_plan(client, port, peer_ip, port_of(kind)).ends;
}

std::vector<Address> Population::relays() const {
  std::vector<Address> addresses;
  for (std::uint32_t i = 0; i < kServers; ++i) {
    addresses.push_back(server(i, false));
    addresses.push_back(server(i, true));
  }
  return addresses;
}

bool Population::attack(MailPlan& plan) {
  if (attacks_.empty()) return false;
  plan = std::move(attacks_.front());
  attacks_.pop_front();
  return true;
}

}  // namespace mailtap::traffic
