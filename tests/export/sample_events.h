// SPDX-License-Identifier: Apache-2.0
// One event of each kind with every field filled, in memory of its own.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "event/records.h"

namespace mailtap {

inline IpAddress sample_v4(std::uint8_t last) {
  IpAddress address;
  address.octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, last};
  return address;
}

inline IpAddress sample_v6(std::uint8_t last) {
  IpAddress address;
  address.octets = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, last};
  return address;
}

inline constexpr TimeNs kSampleTime = 1'764'072'000 * kSecondNs + 123'456'789;  // 2025-11-25T12:00:00.123456
inline constexpr std::uint64_t kSampleFlow = 4'503'599'627'370'497;

struct SampleEvents {
  std::vector<Recipient> recipients{{"<bob@example.net>", 250}, {"<carol@example.net>", 550}};
  std::vector<std::string_view> capabilities{"PIPELINING", "SIZE 10240000", "STARTTLS"};
  std::vector<NamedCount> commands{{"EHLO", 1}, {"MAIL", 1}, {"RCPT", 2}, {"QUIT", 1}};
  std::vector<CodeCount> replies{{220, 1}, {250, 4}, {550, 1}};
  std::vector<NamedCount> drops{{"not_tcp", 5}, {"truncated_ip", 1}};
  std::vector<NamedCount> cycles{{"decode", 500}, {"smtp", 700}};
  std::array<std::uint8_t, 5> sealed{1, 2, 3, 4, 5};

  template <typename Record>
  Record of_flow() const {
    Record record;
    record.head.time = kSampleTime;
    record.head.flow_id = kSampleFlow;
    record.flow.client = sample_v4(10);
    record.flow.client_port = 40000;
    record.flow.server = sample_v4(25);
    record.flow.server_port = 25;
    return record;
  }
  static FlowFacts incomplete(FlowFacts flow) {
    flow.midstream = true;
    flow.gap_bytes = 1460;
    flow.truncated_frames = 2;
    flow.vlan_count = 2;
    flow.vlans = {100, 7};
    flow.tunnel.kind = TunnelKind::kVxlan;
    flow.tunnel.id = 4711;
    flow.tunnel.outer_source = sample_v4(1);
    flow.tunnel.outer_destination = sample_v4(2);
    flow.tunnel.depth = 1;
    return flow;
  }

  TransactionRecord transaction() const {
    auto record = of_flow<TransactionRecord>();
    record.tx_id = 1;
    record.status = TransactionStatus::kDelivered;
    record.chunking = true;
    record.size = 5120;
    record.helo = "client.example.org";
    record.mail_from = "<alice@example.org>";
    record.last_reply = "250 2.0.0 Ok: queued as 4F2A81";
    record.authenticated_as = "alice";
    record.params = {5000, true, true, "8BITMIME", "HDRS", "QQ314159", "<>"};
    record.recipients = recipients;
    record.recipients_sent = 2;
    record.recipients_refused = 1;
    return record;
  }
  AuthRecord auth() const {
    auto record = of_flow<AuthRecord>();
    record.result = AuthResult::kSuccess;
    record.secret_kind = SecretKind::kPassword;
    record.initial_response = true;
    record.code = 235;
    record.hmac = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                   0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    record.secret_alone.fill(0xa5);
    record.mechanism = "PLAIN";
    record.username = "alice";
    record.authzid = "boss";
    record.reply = "235 2.7.0";
    record.sealed = sealed;
    return record;
  }
  SessionRecord session() const {
    auto record = of_flow<SessionRecord>();
    record.start = kSampleTime - 2'500 * kMillisecondNs;
    record.end = kSampleTime;
    record.client_bytes = 6000;
    record.server_bytes = 700;
    record.transactions = 1;
    record.messages = 1;
    record.recipients = 2;
    record.recipients_rejected = 1;
    record.auth_attempts = 1;
    record.auth_successes = 1;
    record.starttls_offered = true;
    record.ehlo_seen = true;
    record.end_reason = EndReason::kFin;
    record.banner = "220 mx.example.net ESMTP";
    record.helo = "client.example.org";
    record.fingerprint = "efdpq02_9c0b1f6f4c2e8a77";
    record.capabilities = capabilities;
    record.commands = commands;
    record.replies = replies;
    return record;
  }
  AnomalyRecord anomaly() const {
    auto record = of_flow<AnomalyRecord>();
    record.tx_id = 1;
    record.event = "INVALID_REPLY";
    return record;
  }
  AnomalyRecord decode_anomaly() const {
    auto record = of_flow<AnomalyRecord>();
    record.type = AnomalyType::kDecode;
    record.event = "decoder.ipv4.frag_overlap";
    return record;
  }
  ProbeRecord probe(std::uint16_t code) const {
    auto record = of_flow<ProbeRecord>();
    record.code = code;
    return record;
  }
  HostSummary host() const {
    HostSummary host;
    host.ip = sample_v4(10);
    host.interval_start = kSampleTime - kSampleTime % (300 * kSecondNs);
    host.interval_end = host.interval_start + 300 * kSecondNs;
    for (std::size_t i = 0; i < kHostColumns; ++i) host.counts[i] = i + 1;
    host.distinct_recipients = 21;
    host.distinct_senders = 22;
    host.distinct_servers = 23;
    return host;
  }
  Alert alert() const {
    Alert alert;
    alert.time = kSampleTime;
    alert.signature_id = 1101;
    alert.signature = "VRFY/EXPN probing";
    alert.category = "Attempted Information Leak";
    alert.severity = 2;
    alert.mitre_technique_ids = {"T1589.002"};
    alert.detector = "vrfy_probing";
    alert.subject = {SubjectType::kHost, "192.0.2.10"};
    alert.count = 5;
    alert.window_s = 60;
    alert.threshold = 5;
    alert.first_seen = kSampleTime - kSecondNs;
    alert.last_seen = kSampleTime;
    alert.evidence = {"5 VRFY, 0 EXPN", "none answered"};
    alert.flows = {kSampleFlow};
    return alert;
  }
  StatsRecord stats(std::uint16_t worker) const {
    StatsRecord record;
    record.head.time = kSampleTime;
    record.worker = worker;
    record.counts.packets = 1000u + worker;
    record.counts.bytes = 670'000;
    record.counts.flows_new = 12;
    record.counts.cycles_idle = 1;
    record.counts.cycles_busy = 3;
    record.counts.records_lost[0] = worker;
    record.drops = drops;
    record.cycles = cycles;
    return record;
  }
};

// The records look into it, so it stays.
inline const SampleEvents& samples() {
  static const SampleEvents kSamples;
  return kSamples;
}

}  // namespace mailtap
