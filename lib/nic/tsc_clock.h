// SPDX-License-Identifier: Apache-2.0
// Wall time for bursts: the time stamp counter, held to CLOCK_REALTIME once a second (through the vDSO, no
// system call). It may step back by what a second's drift is; whoever needs order holds the last time. One
// thread.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace mailtap {

class TscClock {
 public:
  TscClock();

  TimeNs now();
  // Distance of two readings of the counter. Good for distances up to ten minutes; longer ones are cut there.
  DurationNs since(std::uint64_t from) const;
  static std::uint64_t ticks();

 private:
  void hold_to_wall();

  std::uint64_t ticks_a_second_;
  std::uint64_t scaled_ns_a_tick_;
  std::uint64_t base_ticks_ = 0;
  TimeNs base_ = 0;
};

}  // namespace mailtap
