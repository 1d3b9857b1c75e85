// SPDX-License-Identifier: Apache-2.0
// When records were lost, so that an alert can say what its window misses (HOUSE 2.6). The control core notes
// the sum since the start each time it looks; a loss counts for every window that may hold it: more than a
// window has lost, never less. Bounded: when it is full neighbours join, so that what is long ago is known
// less exactly than what is recent. Control core only.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace mailtap {

class LossLedger {
 public:
  // Losses of one step of time stand in one entry. A worker loses between two of its watermarks, which are a
  // burst apart; this is more.
  static constexpr DurationNs kStepNs = kSecondNs;
  static constexpr std::size_t kEntries = 64;

  // `total`: all that was lost since the start; `reached`: the latest time that any worker had reached.
  void note(std::uint64_t total, TimeNs reached) {
    if (total == total_) return;
    const TimeNs until = reached > kTimeMax - kStepNs ? kTimeMax : reached + kStepNs;
    add(total - total_, until);
    total_ = total;
  }

  // Lost at `begin` or later.
  std::uint64_t since(TimeNs begin) const {
    std::uint64_t lost = 0;
    for (std::size_t i = 0; i < used_; ++i) lost += entries_[i].until >= begin ? entries_[i].lost : 0;
    return lost;
  }

 private:
  struct Entry {
    TimeNs opened = kTimeMin;  // `until` of the first in it
    TimeNs until = kTimeMin;   // the latest time at which it may have happened
    std::uint64_t lost = 0;
  };

  void add(std::uint64_t lost, TimeNs until) {
    Entry* last = used_ == 0 ? nullptr : &entries_[used_ - 1];
    if (last != nullptr && until - kStepNs < last->opened) {
      last->lost += lost;
      last->until = std::max(last->until, until);
      return;
    }
    if (used_ == kEntries) join_neighbours();
    entries_[used_++] = {until, until, lost};
  }

  void join_neighbours() {
    used_ = kEntries / 2;
    for (std::size_t i = 0; i < used_; ++i) {
      const Entry& a = entries_[2 * i];
      const Entry& b = entries_[2 * i + 1];
      entries_[i] = {a.opened, std::max(a.until, b.until), a.lost + b.lost};
    }
  }

  std::array<Entry, kEntries> entries_{};
  std::size_t used_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace mailtap
