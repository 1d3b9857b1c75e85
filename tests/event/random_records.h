// SPDX-License-Identifier: Apache-2.0
// Records with random content, for properties. Texts live in the maker and are forgotten by clear().
#pragma once

#include <deque>
#include <random>
#include <string>
#include <vector>

#include "event/records.h"

namespace mailtap {

class RandomRecords {
 public:
  explicit RandomRecords(std::uint32_t seed) : random_(seed) {}

  std::uint64_t number(std::uint64_t below) {
    return std::uniform_int_distribution<std::uint64_t>(0, below - 1)(random_);
  }
  bool coin() { return number(2) == 1; }
  void clear() {
    texts_.clear();
    recipients_.clear();
    views_.clear();
    named_.clear();
    codes_.clear();
  }

  std::string_view text(std::size_t below = 80) {
    std::string made(number(below), '\0');
    for (char& c : made) c = static_cast<char>(number(256));
    return texts_.emplace_back(std::move(made));
  }
  Bytes blob(std::size_t below = 100) { return as_bytes(text(below)); }

  std::span<const std::string_view> texts(std::size_t below = 8) {
    auto& list = views_.emplace_back(number(below));
    for (auto& item : list) item = text();
    return list;
  }
  std::span<const Recipient> recipients(std::size_t n) {
    auto& list = recipients_.emplace_back(n);
    for (auto& item : list) item = {text(), static_cast<std::uint16_t>(number(600))};
    return list;
  }
  std::span<const NamedCount> named() {
    auto& list = named_.emplace_back(number(12));
    for (auto& item : list) item = {text(), number(1u << 30)};
    return list;
  }
  std::span<const CodeCount> codes() {
    auto& list = codes_.emplace_back(number(12));
    for (auto& item : list) item = {static_cast<std::uint16_t>(number(600)), number(1u << 30)};
    return list;
  }

  RecordHead head() {
    RecordHead made;
    made.time = static_cast<TimeNs>(number(1'000'000));
    made.flow_id = number(1ull << 53);
    made.sequence = static_cast<std::uint32_t>(number(1u << 31));
    return made;
  }
  FlowFacts flow() {
    FlowFacts made;
    for (auto& octet : made.client.octets) octet = static_cast<std::uint8_t>(number(256));
    for (auto& octet : made.server.octets) octet = static_cast<std::uint8_t>(number(256));
    made.client_port = static_cast<std::uint16_t>(number(65536));
    made.server_port = static_cast<std::uint16_t>(number(65536));
    made.ip_version = coin() ? 4 : 6;
    made.vlan_count = static_cast<std::uint8_t>(number(3));
    if (coin()) {
      for (auto& octet : made.tunnel.outer_source.octets) octet = static_cast<std::uint8_t>(number(256));
      made.tunnel.kind = TunnelKind::kGre;
      made.tunnel.id = static_cast<std::uint32_t>(number(1u << 31));
      made.tunnel.depth = static_cast<std::uint8_t>(number(9));
    }
    made.midstream = coin();
    made.one_sided = coin();
    made.truncated_frames = static_cast<std::uint32_t>(number(100));
    made.gap_bytes = number(100'000);
    return made;
  }

  TransactionRecord transaction(std::size_t recipients_below = 20) {
    TransactionRecord made;
    made.head = head();
    made.flow = flow();
    made.tx_id = static_cast<std::uint32_t>(number(100));
    made.status = static_cast<TransactionStatus>(number(5));
    made.tls = static_cast<TlsMode>(number(3));
    made.has_mail = coin();
    made.chunking = coin();
    made.starttls_offered = coin();
    made.ehlo_seen = coin();
    made.last_code = static_cast<std::uint16_t>(number(600));
    made.size = number(1ull << 40);
    made.helo = text();
    made.mail_from = text();
    made.last_reply = text();
    made.authenticated_as = text();
    made.params = {number(1u << 30), coin(), coin(), text(), text(), text(), text()};
    made.recipients = recipients(number(recipients_below));
    made.recipients_sent = static_cast<std::uint32_t>(made.recipients.size());
    return made;
  }
  AuthRecord auth() {
    AuthRecord made;
    made.head = head();
    made.flow = flow();
    made.result = static_cast<AuthResult>(number(4));
    made.secret_kind = static_cast<SecretKind>(number(4));
    made.tls = static_cast<TlsMode>(number(3));
    made.cleartext = coin();
    made.initial_response = coin();
    made.sealed_lost = coin();
    made.code = static_cast<std::uint16_t>(number(600));
    for (auto& octet : made.hmac) octet = static_cast<std::uint8_t>(number(256));
    for (auto& octet : made.secret_alone) octet = static_cast<std::uint8_t>(number(256));
    made.mechanism = text();
    made.username = text();
    made.authzid = text();
    made.reply = text();
    made.sealed = blob();
    return made;
  }
  SessionRecord session() {
    SessionRecord made;
    made.head = head();
    made.flow = flow();
    made.start = static_cast<TimeNs>(number(1'000'000));
    made.end = made.start + static_cast<TimeNs>(number(1'000'000));
    made.client_bytes = number(1u << 30);
    made.server_bytes = number(1u << 30);
    made.transactions = static_cast<std::uint32_t>(number(50));
    made.messages = static_cast<std::uint32_t>(number(50));
    made.recipients = static_cast<std::uint32_t>(number(50));
    made.recipients_rejected = static_cast<std::uint32_t>(number(50));
    made.auth_attempts = static_cast<std::uint32_t>(number(50));
    made.auth_successes = static_cast<std::uint32_t>(number(50));
    made.starttls_offered = coin();
    made.starttls_requested = coin();
    made.starttls_accepted = coin();
    made.starttls_established = coin();
    made.ehlo_seen = coin();
    made.tls = static_cast<TlsMode>(number(3));
    made.end_reason = static_cast<EndReason>(number(5));
    made.banner = text();
    made.helo = text();
    made.fingerprint = text();
    made.replies_other = number(1u << 20);
    made.capabilities = texts();
    made.commands = named();
    made.replies = codes();
    return made;
  }
  AnomalyRecord anomaly() {
    AnomalyRecord made;
    made.head = head();
    made.flow = flow();
    made.tx_id = static_cast<std::uint32_t>(number(50));
    made.type = static_cast<AnomalyType>(number(2));
    made.event = text();
    return made;
  }
  ProbeRecord probe() {
    ProbeRecord made;
    made.head = head();
    made.flow = flow();
    made.verb = static_cast<ProbeVerb>(number(2));
    made.code = static_cast<std::uint16_t>(number(600));
    return made;
  }
  FindingRecord finding() {
    FindingRecord made;
    made.head = head();
    made.flow = flow();
    made.signature_id = static_cast<std::uint32_t>(number(2000));
    made.severity = static_cast<std::uint8_t>(number(4));
    made.subject_type = static_cast<SubjectType>(number(4));
    made.subject = text();
    made.evidence = texts();
    return made;
  }
  HostDeltaRecord host_delta() {
    HostDeltaRecord made;
    made.head = head();
    made.ip = flow().client;
    made.role = coin() ? Role::kClient : Role::kServer;
    made.interval_start = static_cast<TimeNs>(number(1'000'000));
    made.interval_end = static_cast<TimeNs>(number(1'000'000));
    for (auto& count : made.counts) count = number(1u << 30);
    made.distinct_recipients = blob();
    made.distinct_senders = blob();
    made.distinct_servers = blob();
    return made;
  }
  StatsRecord stats() {
    StatsRecord made;
    made.head = head();
    made.worker = static_cast<std::uint16_t>(number(8));
    made.counts.packets = number(1u << 30);
    made.counts.cycles_busy = number(1u << 30);
    for (auto& count : made.counts.records_lost) count = number(1u << 30);
    made.drops = named();
    made.cycles = named();
    return made;
  }

 private:
  std::mt19937 random_;
  std::deque<std::string> texts_;
  std::deque<std::vector<Recipient>> recipients_;
  std::deque<std::vector<std::string_view>> views_;
  std::deque<std::vector<NamedCount>> named_;
  std::deque<std::vector<CodeCount>> codes_;
};

}  // namespace mailtap
