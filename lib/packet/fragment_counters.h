// SPDX-License-Identifier: Apache-2.0
// What Defragmenter counts. Its thread writes, any thread reads. Sums since start.
#pragma once

#include <cstdint>

#include "base/counter.h"

namespace mailtap {

struct FragmentSums {
  // Fragments.
  std::uint64_t seen = 0;
  std::uint64_t duplicates = 0;  // brought nothing new
  std::uint64_t tiny = 0;
  std::uint64_t bad_length = 0;
  std::uint64_t overlong = 0;
  std::uint64_t overlaps = 0;   // with other bytes, or another end
  std::uint64_t truncated = 0;  // by the capture, so that their datagram was given up
  std::uint64_t discarded = 0;  // of datagrams that were given up before
  // Datagrams.
  std::uint64_t whole = 0;
  std::uint64_t timed_out = 0;  // or not whole at the end of the run
  std::uint64_t evicted = 0;    // made room for newer ones
  std::uint64_t no_room = 0;    // whole, but every buffer was lent, or the worker's ring full
};

struct FragmentCounters {
  Counter seen, duplicates, tiny, bad_length, overlong, overlaps, truncated, discarded;
  Counter whole, timed_out, evicted, no_room;

  FragmentSums sums() const {
    return {seen.get(),      duplicates.get(), tiny.get(),  bad_length.get(), overlong.get(), overlaps.get(),
            truncated.get(), discarded.get(),  whole.get(), timed_out.get(),  evicted.get(),  no_room.get()};
  }
};

}  // namespace mailtap
