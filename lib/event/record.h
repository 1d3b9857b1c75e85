// SPDX-License-Identifier: Apache-2.0
// What every record has in common. A record is one thing a worker tells the control core. Its struct holds
// plain values and views: the worker fills one over its own memory and sends it (the bytes are copied before
// send() returns); the control core reads one over the bytes that arrived, valid until the next read with the
// same RecordScratch.
//
// A record struct has:   static constexpr RecordKind kKind;  RecordHead head;
//                        void write(RecordWriter&) const;    void read(RecordReader&);
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "packet/ip_address.h"
#include "packet/tcp_segment.h"

namespace mailtap {

enum class RecordKind : std::uint8_t {
  kTransaction,
  kAuth,
  kSession,
  kAnomaly,
  kProbe,
  kFinding,
  kHostDelta,
  kStats,
  kCount
};

inline constexpr std::size_t kRecordKinds = static_cast<std::size_t>(RecordKind::kCount);

// As in `stats.records_lost`: "transaction", "host_delta", ...
std::string_view name_of(RecordKind kind);

// Records are told in the order (time, flow_id, sequence), whatever worker they come from.
struct RecordHead {
  TimeNs time = 0;                       // when it happened; what a deadline causes has the deadline's time
  std::uint64_t flow_id = 0;             // 53 bits; 0: concerns no flow
  std::uint32_t sequence = 0;            // counts the records of a flow
  RecordKind kind = RecordKind::kCount;  // set by the sender from the record's type
  bool truncated =
      false;  // set by the sender when the record did not fit a buffer and its texts and lists were shortened
};

// Whose record it is, and how complete the evidence was by then. Carried by each record of a flow.
struct FlowFacts {
  IpAddress client;
  IpAddress server;
  std::uint16_t client_port = 0;
  std::uint16_t server_port = 0;
  std::uint8_t ip_version = 4;
  std::uint8_t vlan_count = 0;
  std::array<std::uint16_t, kVlansMax> vlans{};
  Tunnel tunnel;  // from the client to the server; kNone: none
  bool midstream = false;
  bool one_sided = false;
  std::uint32_t truncated_frames = 0;
  std::uint64_t gap_bytes = 0;

  bool incomplete() const { return midstream || one_sided || truncated_frames != 0 || gap_bytes != 0; }
};

// How the bytes of a mail session were protected when something happened.
enum class TlsMode : std::uint8_t { kNone, kStarttls, kImplicit };
std::string_view name_of(TlsMode mode);  // "none", "starttls", "implicit"

}  // namespace mailtap
