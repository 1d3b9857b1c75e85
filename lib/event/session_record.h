// SPDX-License-Identifier: Apache-2.0
// A mail session, told when it ends (EVENTS.md 'smtp_session').
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

enum class EndReason : std::uint8_t { kFin, kRst, kTimeout, kEvicted, kShutdown };
std::string_view name_of(EndReason reason);  // "fin", ...

struct NamedCount {
  std::string_view name;
  std::uint64_t count = 0;

  template <typename Self, typename Codec>
  static void fields(Self& self, Codec& codec) {
    codec(self.count, self.name);
  }
};

struct CodeCount {
  std::uint16_t code = 0;
  std::uint64_t count = 0;

  template <typename Self, typename Codec>
  static void fields(Self& self, Codec& codec) {
    codec(self.code, self.count);
  }
};

struct SessionRecord {
  static constexpr RecordKind kKind = RecordKind::kSession;
  RecordHead head;
  FlowFacts flow;
  TimeNs start = 0;
  TimeNs end = 0;
  std::uint64_t client_bytes = 0;
  std::uint64_t server_bytes = 0;
  std::uint32_t transactions = 0;
  std::uint32_t messages = 0;  // delivered
  std::uint32_t recipients = 0;
  std::uint32_t recipients_rejected = 0;
  std::uint32_t auth_attempts = 0;
  std::uint32_t auth_successes = 0;
  std::uint32_t replies_other = 0;  // with codes that are not among `replies`
  bool starttls_offered = false;
  bool starttls_requested = false;
  bool starttls_accepted = false;
  bool starttls_established = false;
  bool ehlo_seen = false;  // without it `starttls_offered` false says nothing; not told
  TlsMode tls = TlsMode::kNone;
  EndReason end_reason = EndReason::kFin;
  std::string_view banner;
  std::string_view helo;
  std::string_view fingerprint;  // how this client speaks (smtp/habits.h); empty: not told
  std::span<const std::string_view> capabilities;
  std::span<const NamedCount> commands;  // by verb, in any fixed order
  std::span<const CodeCount> replies;    // by code, ascending

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
