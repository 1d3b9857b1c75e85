// SPDX-License-Identifier: Apache-2.0
#include "truth_writer.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <fstream>
#include <type_traits>

namespace mailtap::traffic {
namespace {

template <typename Json, typename Value>
void field(Json& json, const char* key, const Value& value) {
  json.Key(key);
  if constexpr (std::is_same_v<Value, bool>)
    json.Bool(value);
  else if constexpr (std::is_floating_point_v<Value>)
    json.Double(value);
  else if constexpr (std::is_integral_v<Value>)
    json.Uint64(value);
  else
    json.String(std::string(value).c_str());
}

template <typename Json, typename Counts>
void counts(Json& json, const char* key, const Counts& map) {
  json.Key(key);
  json.StartObject();
  for (const auto& entry : map) {
    if constexpr (std::is_integral_v<std::decay_t<decltype(entry.first)>>) {
      field(json, std::to_string(entry.first).c_str(), entry.second);
    } else {
      field(json, entry.first.c_str(), entry.second);
    }
  }
  json.EndObject();
}

template <typename Json>
void addresses(Json& json, const char* key, const std::set<Address>& set) {
  json.Key(key);
  json.StartArray();
  for (const Address& address : set) json.String(to_text(address).c_str());
  json.EndArray();
}

template <typename Json>
void settings(Json& json, const Options& options) {
  json.Key("settings");
  json.StartObject();
  field(json, "seed", options.seed);
  field(json, "bytes", options.bytes);
  field(json, "start", options.start_s);
  field(json, "mail_share", options.mail.share);
  field(json, "size_median", options.mail.size_median);
  field(json, "size_sigma", options.mail.size_sigma);
  field(json, "size_max", options.mail.size_max);
  field(json, "starttls_share", options.mail.starttls);
  field(json, "implicit_tls_share", options.mail.implicit_tls);
  field(json, "off_port_share", options.mail.off_port);
  field(json, "ipv6_share", options.flow.ipv6);
  field(json, "vlan_share", options.flow.vlan);
  field(json, "overlap_share", options.flow.overlaps);
  field(json, "corrupt_share", options.flow.corrupted);
  field(json, "conflict_share", options.flow.conflicts);
  field(json, "upstream_loss_share", options.flow.upstream_losses);
  field(json, "flows_open", options.flow.open);
  field(json, "reorder_share", options.disorder.reorder);
  field(json, "skew_share", options.disorder.skew);
  field(json, "duplicate_share", options.disorder.duplicates);
  field(json, "loss_share", options.disorder.losses);
  field(json, "every_packet_twice", options.disorder.twice);
  field(json, "snaplen", options.pcap.snaplen);
  json.EndObject();
}

template <typename Json>
void file_facts(Json& json, const Options& options, const Generator& generator, const PcapWriter& pcap) {
  // Whether every packet is whole and there: only then must each figure be met.
  const bool exact = options.disorder.losses == 0 && pcap.captured_bytes() == pcap.frame_bytes();
  field(json, "exact", exact);
  field(json, "packets", pcap.packets());
  field(json, "file_bytes", pcap.file_bytes());
  field(json, "frame_bytes", pcap.frame_bytes());
  field(json, "captured_bytes", pcap.captured_bytes());
  field(json, "mail_bytes", generator.mail_bytes());
  field(json, "duration_s", static_cast<double>(pcap.last_time_ns() - options.start_s * 1000000000) / 1e9);
  field(json, "contradicted_flows", generator.contradicted_flows());
}

template <typename Json>
void session_facts(Json& json, const Truth& truth) {
  field(json, "sessions", truth.flows_mail);
  field(json, "other_flows", truth.flows_other);
  field(json, "sessions_left_open", truth.flows_left_open);
  field(json, "sessions_with_loss", truth.lossy_mail_sessions);
  field(json, "sessions_off_port", truth.off_port);
  field(json, "sessions_ended_by_reset", truth.ended_by_reset);
  field(json, "sessions_implicit_tls", truth.implicit_tls);
  counts(json, "starttls",
         std::map<std::string, std::uint64_t>{{"offered", truth.starttls_offered},
                                              {"requested", truth.starttls_requested},
                                              {"accepted", truth.starttls_accepted},
                                              {"established", truth.starttls_established}});
  counts(json, "verbs", truth.verbs);
  counts(json, "replies", truth.replies);
}

template <typename Json>
void transaction_facts(Json& json, const Truth& truth) {
  std::map<std::string, std::uint64_t> ends;
  for (std::size_t i = 0; i < truth.transaction_ends.size(); ++i) {
    const auto end = static_cast<TransactionEnd>(i);
    ends[name_of(end)] = truth.transaction_ends[i];
  }
  field(json, "smtp_events", truth.smtp_events);
  field(json, "transactions", truth.transactions);
  counts(json, "transactions_by_status", truth.statuses);
  counts(json, "transactions_by_end", ends);
  field(json, "data_refused", truth.data_refused);
  field(json, "messages", ends["delivered"]);
  field(json, "message_octets", truth.octets_delivered);
  field(json, "octets", truth.octets);
  field(json, "recipients", truth.recipients);
  field(json, "recipients_rejected", truth.recipients_refused);
}

template <typename Json>
void auth_facts(Json& json, const Truth& truth) {
  json.Key("auth_in_clear");
  json.StartObject();
  for (const auto& mechanism : truth.auth) counts(json, mechanism.first.c_str(), mechanism.second);
  json.EndObject();
  json.Key("leaked_accounts");
  json.StartArray();
  for (const LeakedAccount& account : truth.leaked) {
    json.StartObject();
    field(json, "username", account.username);
    field(json, "mechanism", account.mechanism);
    field(json, "client", to_text(account.client));
    field(json, "server", to_text(account.server));
    json.EndObject();
  }
  json.EndArray();
}

template <typename Json>
void alert_facts(Json& json, const Truth& truth) {
  json.Key("alerts");
  json.StartObject();
  counts(json, "1001", truth.alert_accounts);  // account: whether a 235 was said
  addresses(json, "1101", truth.probing);
  addresses(json, "1201", truth.guessing);
  addresses(json, "1301", truth.spamming);
  json.EndObject();
  addresses(json, "relays", truth.relays);
}

template <typename Json>
void client_facts(Json& json, const Truth& truth) {
  json.Key("clients");
  json.StartObject();
  for (const auto& entry : truth.clients) {
    const ClientTruth& client = entry.second;
    counts(json, to_text(entry.first).c_str(),
           std::map<std::string, std::uint64_t>{{"sessions", client.sessions},
                                                {"messages", client.messages},
                                                {"recipients", client.recipients},
                                                {"rejected", client.rejected},
                                                {"auth_attempts", client.auth_attempts},
                                                {"auth_failures", client.auth_failures},
                                                {"vrfy", client.vrfy},
                                                {"expn", client.expn}});
  }
  json.EndObject();
}

template <typename Json>
void transaction_line(Json& json, const TransactionTruth& transaction) {
  json.StartObject();
  field(json, "mail_from", transaction.mail_from);
  field(json, "recipients", transaction.recipients);
  field(json, "recipients_rejected", transaction.recipients_refused);
  field(json, "octets", transaction.octets);
  field(json, "chunking", transaction.chunking);
  field(json, "data_refused", transaction.data_refused);
  field(json, "status", status_of(transaction));
  field(json, "end", name_of(transaction.end));
  json.EndObject();
}

const char* name_of(Tls tls) {
  constexpr const char* kNames[] = {"none", "starttls", "refused", "implicit"};
  return kNames[static_cast<std::size_t>(tls)];
}

}  // namespace

bool write_truth(const Options& options, const Generator& generator, const PcapWriter& pcap,
                 std::uint64_t packets_cut) {
  rapidjson::StringBuffer text;
  rapidjson::PrettyWriter<rapidjson::StringBuffer> json(text);
  const Truth& truth = generator.truth();
  json.StartObject();
  settings(json, options);
  file_facts(json, options, generator, pcap);
  field(json, "packets_cut", packets_cut);
  session_facts(json, truth);
  transaction_facts(json, truth);
  auth_facts(json, truth);
  alert_facts(json, truth);
  client_facts(json, truth);
  json.EndObject();
  std::ofstream file(options.truth_path, std::ios::binary);
  file.write(text.GetString(), static_cast<std::streamsize>(text.GetSize())) << '\n';
  return static_cast<bool>(file.flush());
}

std::string session_line(const SessionTruth& session) {
  rapidjson::StringBuffer text;
  rapidjson::Writer<rapidjson::StringBuffer> json(text);
  json.StartObject();
  field(json, "client", to_text(session.ends.ip[0]));
  field(json, "client_port", session.ends.port[0]);
  field(json, "server", to_text(session.ends.ip[1]));
  field(json, "server_port", session.ends.port[1]);
  field(json, "vlan", session.ends.vlan);
  field(json, "tls", name_of(session.tls));
  field(json, "reset", session.reset);
  field(json, "stays_open", session.stays_open);
  field(json, "client_bytes", session.payload[0]);
  field(json, "server_bytes", session.payload[1]);
  field(json, "lost_packets", session.tap.lost_packets);
  field(json, "lost_bytes", session.tap.lost_bytes);
  counts(json, "verbs", session.verbs);
  counts(json, "replies", session.replies);
  json.Key("transactions");
  json.StartArray();
  for (const TransactionTruth& transaction : session.transactions) transaction_line(json, transaction);
  json.EndArray();
  json.EndObject();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

}  // namespace mailtap::traffic
