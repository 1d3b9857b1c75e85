// SPDX-License-Identifier: Apache-2.0
#include "nic/tsc_clock.h"

#include <rte_cycles.h>

#include <algorithm>
#include <ctime>

namespace mailtap {
namespace {

// 10^9 x 2^24 / 3x10^9 is near 2^22; times ten minutes of ticks, near 2^41, stays in 64 bits.
constexpr unsigned kShift = 24;
constexpr std::uint64_t kSecondsMax = 600;

}  // namespace

TscClock::TscClock()
    : ticks_a_second_(::rte_get_tsc_hz()),
      scaled_ns_a_tick_((std::uint64_t{1'000'000'000} << kShift) / ticks_a_second_) {
  hold_to_wall();
}

std::uint64_t TscClock::ticks() { return ::rte_rdtsc(); }

DurationNs TscClock::since(std::uint64_t from) const {
  const std::uint64_t distance = std::min(ticks() - from, kSecondsMax * ticks_a_second_);
  return static_cast<DurationNs>(distance * scaled_ns_a_tick_ >> kShift);
}

TimeNs TscClock::now() {
  const std::uint64_t distance = ticks() - base_ticks_;
  if (distance < ticks_a_second_)
    return base_ + static_cast<DurationNs>(distance * scaled_ns_a_tick_ >> kShift);
  hold_to_wall();
  return base_;
}

void TscClock::hold_to_wall() {
  std::timespec wall{};
  ::clock_gettime(CLOCK_REALTIME, &wall);
  base_ticks_ = ticks();
  base_ = wall.tv_sec * kSecondNs + wall.tv_nsec;
}

}  // namespace mailtap
