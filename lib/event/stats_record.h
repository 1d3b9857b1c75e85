// SPDX-License-Identifier: Apache-2.0
// How one worker (or the RX core) is doing (EVENTS.md 'stats'). All counts are sums since the start, so that
// a lost record costs nothing; what is a state now (flows open, pages used) is said so.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "event/record.h"
#include "event/session_record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

struct StatsCounts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t nic_missed = 0;      // imissed
  std::uint64_t nic_no_buffer = 0;   // rx_nombuf
  std::uint64_t nic_errors = 0;      // ierrors
  std::uint64_t time_clamped = 0;    // packets whose time ran backwards
  std::uint64_t files_waited = 0;    // files opened after their time had come
  std::uint64_t lengths_raised = 0;  // packets with more bytes than they are said to have had
  std::uint64_t truncated_frames = 0;
  std::uint64_t bad_checksums = 0;
  std::uint64_t flows_open = 0;  // now
  std::uint64_t flows_new = 0;
  std::uint64_t flows_evicted = 0;
  std::uint64_t sessions_open = 0;  // now; mail only
  std::uint64_t sessions_new = 0;
  std::uint64_t sessions_evicted = 0;
  std::uint64_t gaps = 0;
  std::uint64_t gap_bytes = 0;
  std::uint64_t pages_used = 0;  // now
  std::uint64_t pages_total = 0;
  std::uint64_t pages_refused = 0;  // asked for when none was free
  std::uint64_t hosts_evicted = 0;
  std::uint64_t fragments_seen = 0;
  std::uint64_t fragments_duplicate = 0;  // brought nothing new
  std::uint64_t fragments_tiny = 0;       // hide a part of the TCP header; used
  std::uint64_t fragments_bad_length = 0;
  std::uint64_t fragments_overlong = 0;
  std::uint64_t fragments_overlap = 0;    // with other bytes
  std::uint64_t fragments_truncated = 0;  // by the capture; their datagram was given up
  std::uint64_t fragments_discarded = 0;  // of datagrams that were given up before
  std::uint64_t datagrams_whole = 0;
  std::uint64_t datagrams_timed_out = 0;
  std::uint64_t datagrams_evicted = 0;
  std::uint64_t datagrams_no_room = 0;
  std::uint64_t records_cut = 0;
  std::uint64_t cycles_idle = 0;
  std::uint64_t cycles_busy = 0;
  std::array<std::uint64_t, kRecordKinds> records_lost{};
};

struct StatsRecord {
  static constexpr RecordKind kKind = RecordKind::kStats;
  RecordHead head;
  std::uint16_t worker = 0;
  StatsCounts counts;
  std::span<const NamedCount> drops;   // by reason, those that are not 0
  std::span<const NamedCount> cycles;  // by stage; empty where nobody measures

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
