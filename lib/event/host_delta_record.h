// SPDX-License-Identifier: Apache-2.0
// What one worker counted for one address and role in an interval; the control core adds up the workers'.
// Deltas concern no flow (flow_id 0) and carry the interval's end as their time. They are sent by
// RecordSender::try_send: late, never lost.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/side.h"
#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

// The plain sums of EVENTS.md 'host', in its order.
enum class HostColumn : std::uint8_t {
  kSessions,
  kMessages,
  kRecipients,
  kRejected,
  kAuthAttempts,
  kAuthFailures,
  kVrfy,
  kExpn,
  kCleartextMessages,
  kTlsSessions,
  kBytes,
  kCount
};
inline constexpr std::size_t kHostColumns = static_cast<std::size_t>(HostColumn::kCount);
std::string_view name_of(HostColumn column);  // "sessions", ...

using HostCounts = std::array<std::uint64_t, kHostColumns>;

struct HostDeltaRecord {
  static constexpr RecordKind kKind = RecordKind::kHostDelta;
  RecordHead head;
  IpAddress ip;
  Role role = Role::kClient;
  TimeNs interval_start = 0;
  TimeNs interval_end = 0;
  HostCounts counts{};
  // Sketches as host/ writes and adds them; this room does not look inside. Empty: nothing was counted.
  Bytes distinct_recipients;
  Bytes distinct_senders;
  Bytes distinct_servers;

  std::uint64_t count(HostColumn column) const { return counts[static_cast<std::size_t>(column)]; }
  std::uint64_t& count(HostColumn column) { return counts[static_cast<std::size_t>(column)]; }

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

// All workers' deltas of one address and interval, added up: what a `host` event tells.
struct HostSummary {
  IpAddress ip;
  Role role = Role::kClient;
  TimeNs interval_start = 0;
  TimeNs interval_end = 0;
  HostCounts counts{};
  std::uint64_t distinct_recipients = 0;
  std::uint64_t distinct_senders = 0;
  std::uint64_t distinct_servers = 0;

  std::uint64_t count(HostColumn column) const { return counts[static_cast<std::size_t>(column)]; }
};

}  // namespace mailtap
