// SPDX-License-Identifier: Apache-2.0
// What a person wants to know at the end of a run: collected on the control core while records pass, told
// once. Tables are bounded by report_entries_max: what comes when one is full is counted as `not_listed`, and
// said. User names are covered on their way in, as everywhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "base/hash.h"
#include "event/records.h"
#include "export/export_settings.h"
#include "export/stats_totals.h"
#include "export/username_cover.h"

namespace mailtap {

template <typename Key, typename Entry, typename Map>
class BoundedTable {
 public:
  explicit BoundedTable(std::size_t limit) : limit_(limit) {}

  // Null, and counted, when the table is full and the key is new.
  Entry* find_or_make(const Key& key) {
    const auto found = entries_.find(key);
    if (found != entries_.end()) return &found->second;
    if (entries_.size() >= limit_) {
      ++not_listed_;
      return nullptr;
    }
    return &entries_[key];
  }
  const Map& entries() const { return entries_; }
  std::uint64_t not_listed() const { return not_listed_; }

 private:
  std::size_t limit_;
  Map entries_;
  std::uint64_t not_listed_ = 0;
};

struct AddressHasher {
  std::size_t operator()(const IpAddress& address) const {
    return hash_bytes(address.octets.data(), address.octets.size(), 0x6d61'696c);
  }
};
template <typename Entry>
using AddressTable = BoundedTable<IpAddress, Entry, std::unordered_map<IpAddress, Entry, AddressHasher>>;
template <typename Key, typename Entry>
using OrderedTable = BoundedTable<Key, Entry, std::map<Key, Entry>>;

struct SeenSpan {
  TimeNs first = kTimeMax;
  TimeNs last = kTimeMin;

  void add(TimeNs time) {
    first = time < first ? time : first;
    last = time > last ? time : last;
  }
};

// A password or token that went over the wire in clear and was not refused.
struct LeakKey {
  std::string account;
  IpAddress server;
  IpAddress client;
  std::string mechanism;

  bool operator<(const LeakKey& other) const {
    return std::tie(account, server, client, mechanism) <
           std::tie(other.account, other.server, other.client, other.mechanism);
  }
};
struct LeakEntry {
  std::uint64_t accepted = 0;
  std::uint64_t unanswered = 0;  // the verdict was not seen
  SeenSpan seen;
};

struct ProbeEntry {
  std::uint64_t vrfy = 0;
  std::uint64_t expn = 0;
  std::uint64_t answered = 0;  // 250 or 251
  std::uint64_t recipients_refused = 0;
  SeenSpan seen;
};

struct SenderEntry {
  std::uint64_t messages = 0;
  std::uint64_t recipients = 0;  // accepted, of all transactions
  std::uint64_t bytes = 0;       // of messages
};

struct ServerEntry {
  std::uint64_t sessions = 0;
  std::uint64_t tls_sessions = 0;
  std::uint64_t clear_mail_sessions = 0;  // carried mail outside TLS
  std::uint64_t clear_messages = 0;
  bool starttls_offered = false;
  bool ehlo_seen = false;
};

struct AlertKey {
  std::uint32_t signature_id = 0;
  std::string subject;

  bool operator<(const AlertKey& other) const {
    return std::tie(signature_id, subject) < std::tie(other.signature_id, other.subject);
  }
};
struct AlertEntry {
  std::string_view signature;
  std::uint8_t severity = 4;
  std::uint64_t count = 0;
  std::uint64_t told = 0;
  SeenSpan seen;
};

// What the control core knows about the run as a whole. Views live during the call.
struct RunFacts {
  std::string_view source;  // the file, or the ports
  TimeNs first = 0;         // capture time of the first and last packet; equal and 0: none
  TimeNs last = 0;
  const StatsTotals* stats = nullptr;
  std::uint64_t events = 0;
  std::uint64_t events_unwritten = 0;
  std::vector<std::string> notes;  // what the operator should know of how it was run, a line each
};

struct TextStyle {
  std::size_t width = 100;  // of the terminal, in columns
  bool colour = false;      // on a terminal only
};

class Report {
 public:
  Report(const ExportSettings& settings, const KeyedHash* username_key);

  void take(const TransactionRecord& record);
  void take(const AuthRecord& record);
  void take(const SessionRecord& record);
  void take(const ProbeRecord& record);
  void take(const Alert& alert);

  std::string text(const RunFacts& facts, const TextStyle& style) const;
  std::string json(const RunFacts& facts) const;  // one object and a line end

 private:
  friend class ReportText;
  friend class ReportJson;

  std::size_t rows_;
  UsernameCover usernames_;
  OrderedTable<LeakKey, LeakEntry> leaks_;
  AddressTable<ProbeEntry> probes_;
  AddressTable<SenderEntry> senders_;
  AddressTable<ServerEntry> servers_;
  OrderedTable<AlertKey, AlertEntry> alerts_;
  ServerEntry all_servers_;
  std::uint64_t messages_ = 0;
  std::uint64_t recipients_ = 0;
};

// The table's entries, the greatest first by `value`, equal ones by key, so that the order is the same in
// every run.
template <typename Table, typename Value>
auto ranked(const Table& table, Value value) {
  using Entry = typename std::decay_t<decltype(table.entries())>::value_type;
  std::vector<const Entry*> order;
  for (const Entry& entry : table.entries()) {
    if (value(entry.second) != 0) order.push_back(&entry);
  }
  std::sort(order.begin(), order.end(), [&value](const Entry* a, const Entry* b) {
    const auto left = value(a->second);
    const auto right = value(b->second);
    return left != right ? left > right : a->first < b->first;
  });
  return order;
}

inline std::uint64_t rank(const LeakEntry& entry) { return entry.accepted + entry.unanswered; }
inline std::uint64_t rank(const ProbeEntry& entry) {
  return entry.vrfy + entry.expn + entry.recipients_refused;
}
inline std::uint64_t rank(const SenderEntry& entry) { return entry.messages; }
inline std::uint64_t rank(const ServerEntry& entry) { return entry.sessions + entry.clear_messages; }
inline std::uint64_t rank(const AlertEntry& entry) { return std::uint64_t{16} - entry.severity; }

template <typename Table>
auto ranked(const Table& table) {
  return ranked(table, [](const auto& entry) { return rank(entry); });
}

}  // namespace mailtap
