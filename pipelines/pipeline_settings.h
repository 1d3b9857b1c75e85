// SPDX-License-Identifier: Apache-2.0
// Settings of how the rooms are joined. Plain values; config/ loads and checks them against the bounds.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace mailtap {

inline constexpr unsigned kWorkersMax = 64;

struct PipelineSettings {
  // Mail sessions, and flows that may become one, at once, a worker: 16 .. 2^24. At the limit the longest
  // idle of that worker's ends as evicted: here the result does depend on how many workers there are.
  std::uint32_t sessions_max = 131'072;
  // Pages of `text_page_bytes`, a worker: banners, names, envelopes, cut lines of the sessions.
  // 64 .. 2^24 pages of 512 .. 65536 bytes.
  std::uint32_t text_pages = 262'144;
  std::uint32_t text_page_bytes = 1024;
  // Pages of `held_page_bytes`, a worker: segments that wait. 64 .. 2^24 pages of 256 .. 65536 bytes.
  std::uint32_t held_pages = 16'384;
  std::uint32_t held_page_bytes = 2048;
  // Frames on their way from the RX core to a worker: 64 .. 2^20.
  std::uint32_t ring_frames = 4096;
  // A full ring or record queue makes the one before it wait: nothing is lost, the input is read later.
  // Always so in a replay; on a live port it moves the loss into the NIC.
  bool wait_when_full = false;
  // Capture time between two `stats` events: 1 s and more.
  DurationNs stats_interval_ns = 60 * kSecondNs;
};

}  // namespace mailtap
