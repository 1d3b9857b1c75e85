// SPDX-License-Identifier: Apache-2.0
// What reassembly needs to know of a TCP segment (RFC 9293 3.1). Plain values; `payload` lives as long as the
// frame. This room knows nothing of frames and addresses: who owns both fills it.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/side.h"
#include "base/time.h"

namespace mailtap {

enum class StreamChecksum : std::uint8_t { kGood, kPseudo, kBad, kUnknown };  // as packet/ judges it

namespace stream_flag {  // bits as in the TCP header
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kAck = 0x10;
}  // namespace stream_flag

inline constexpr std::uint8_t kNoWindowShift = 0xff;  // the segment carries no window scale option

struct StreamSegment {
  TimeNs time = 0;
  Bytes payload;                  // what was captured
  std::uint32_t payload_cut = 0;  // payload bytes behind it that were on the wire but not captured
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;     // meaningful with kAck only
  std::uint16_t window = 0;  // unscaled
  std::uint8_t window_shift = kNoWindowShift;
  std::uint8_t flags = 0;
  Side from = Side::kA;
  StreamChecksum checksum = StreamChecksum::kUnknown;

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

}  // namespace mailtap
