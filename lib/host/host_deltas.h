// SPDX-License-Identifier: Apache-2.0
// What a worker counts for each address and role, until the interval is over and the sums travel to the
// control core. One worker's thread owns it; memory is taken at start; no call allocates.
//
// Late, never lost: a delta that the queue refuses stays and is offered again. When the table is close to
// full, the oldest rows leave before their interval is over (a host may then have several deltas of one
// interval; they add up). Only when the queue refuses while the table fills up are counts lost, and counted.
//
//   worker, before each packet or deadline:   if (now >= deltas.next_due()) deltas.drain(now, send);
//
// so that deltas are sent before anything that happened in the next interval.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/memory.h"
#include "base/time.h"
#include "event/host_delta_record.h"
#include "host/host_key.h"
#include "host/host_settings.h"

namespace mailtap {

class HostDeltas {
 public:
  // `seed`: random at start; no result depends on it.
  HostDeltas(const HostSettings& settings, std::uint64_t seed);

  void add(const HostKey& key, HostColumn column, std::uint64_t n, TimeNs time);
  // All columns of `counts` at once.
  void add(const HostKey& key, const HostCounts& counts, TimeNs time);

  // When drain() has something to do: kTimeMax when nothing is counted, kTimeMin when the table is close to
  // full.
  TimeNs next_due() const;

  // emit(const HostDeltaRecord&) -> bool: false means 'the queue is full', and the delta stays. Gives every
  // delta whose interval has ended by `now`, and early ones when the table is close to full. The record's
  // head.time is the interval's last instant, or `now` for an early one. Answers whether all that was due
  // went: if not, the worker must not publish `now` as reached.
  template <typename Emit>
  bool drain(TimeNs now, Emit&& emit) {
    while (size_ != 0 && (oldest().end <= now || size_ > early_above_)) {
      if (!emit(record_of(oldest(), now))) return false;
      if (oldest().end > now) ++early_;
      remove_oldest();
    }
    return true;
  }

  // At the end of the run: everything, as drain().
  template <typename Emit>
  bool finish(TimeNs now, Emit&& emit) {
    while (size_ != 0) {
      if (!emit(record_of(oldest(), now))) return false;
      remove_oldest();
    }
    return true;
  }

  std::size_t size() const { return size_; }
  std::uint64_t early() const { return early_; }  // deltas that left before their interval was over
  std::uint64_t lost() const { return lost_; }    // calls of add() that found no room
  static std::size_t bytes(std::size_t hosts);

 private:
  struct Row {
    HostKey key;
    TimeNs end = 0;
    HostCounts counts{};
  };
  struct Slot {
    std::uint32_t hash;
    std::uint32_t row_plus_one;  // 0: free
  };

  Row* find_or_make(const HostKey& key, TimeNs end);
  Row& oldest() { return rows_[head_]; }
  const Row& oldest() const { return rows_[head_]; }
  void remove_oldest();
  void unlink(std::uint32_t row);
  std::uint32_t hash_row(const HostKey& key, TimeNs end) const;
  HostDeltaRecord record_of(const Row& row, TimeNs now) const;

  DurationNs interval_ns_;
  std::uint64_t seed_;
  std::size_t early_above_;
  std::size_t slot_mask_;
  ZeroedArray<Row> rows_;    // a ring, oldest first
  ZeroedArray<Slot> slots_;  // linear probing over rows_, at most half full
  std::size_t head_ = 0;
  std::size_t size_ = 0;
  std::uint64_t early_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace mailtap
