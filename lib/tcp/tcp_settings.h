// SPDX-License-Identifier: Apache-2.0
// Settings of reassembly. Plain values; config/ loads and checks them against the bounds.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace mailtap {

enum class OverlapPolicy : std::uint8_t { kFirst, kLast };  // whose bytes win where two copies differ

inline constexpr std::uint32_t kOverlapBytesMax = 32 * 1024;

struct TcpSettings {
  // The two ports of a tap deliver at different times. A segment that acknowledges bytes not yet seen waits
  // for them this long, and a hole the receiver has acknowledged may still be filled this long.
  DurationNs skew_ns = 50 * kMillisecondNs;   // 0 .. 10 s
  std::uint32_t skew_bytes_max = 256 * 1024;  // or until this much waits behind it; 1 KiB .. 64 MiB
  // A hole nobody has acknowledged: the sender will fill it, if we see him do so.
  DurationNs hole_ns = 2 * kSecondNs;          // 0 .. 600 s
  std::uint32_t hole_bytes_max = 1024 * 1024;  // 1 KiB .. 64 MiB
  std::uint32_t held_pages_max = 1024;         // of the pool, both directions of a flow together; 1 .. 65535
  // A segment or an acknowledgement further than this from what was expected is not believed. The largest
  // receive windows in use are 6 to 16 MiB. 64 KiB .. 1 GiB.
  std::uint32_t ahead_bytes_max = 16 * 1024 * 1024;
  OverlapPolicy overlap = OverlapPolicy::kFirst;  // of copies that wait; what was handed on is said
  // How many of the last bytes handed on a later copy is compared with, a direction; 0 .. kOverlapBytesMax,
  // rounded up to a power of two.
  std::uint32_t overlap_bytes = 256;
};

}  // namespace mailtap
