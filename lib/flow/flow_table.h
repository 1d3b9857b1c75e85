// SPDX-License-Identifier: Apache-2.0
// The flows of one worker: a hash table of fixed capacity, one cache line a flow. Linear probing, deletion by
// shifting back (no tombstones), no rehash, never swept as a whole. Memory is taken by the constructor and
// not touched before it is used. One thread. Nothing allocates or throws after construction.
//
// A FlowState* is good until the next insert(), erase() or sweep().
//
//   const std::uint64_t hash = table.hash(key);
//   table.prefetch(hash);                                  // a burst ahead
//   FlowState* state = table.find(key, hash, now);         // an expired flow is not found
//   if (state == nullptr) {
//     Inserted in = table.insert(key, hash, now);          // state not started yet: restart() it
//     if (in.displaced.session != kNoSession) ...end that session (evicted, or timeout when it had expired)
//   }
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/counter.h"
#include "base/memory.h"
#include "flow/flow_key.h"
#include "flow/flow_settings.h"
#include "flow/flow_state.h"

namespace mailtap {

struct alignas(64) FlowEntry {
  FlowKey key;
  FlowState state;
};
static_assert(sizeof(FlowEntry) == 64);

// What had to go so that a new flow found room. session == kNoSession: nothing that had a session.
struct Displaced {
  std::uint32_t session = kNoSession;
  bool expired = false;  // it had been idle beyond its time anyway
};

struct Inserted {
  FlowState* state = nullptr;  // never null
  Displaced displaced;
};

struct FlowCounters {
  Counter opened;   // insert()
  Counter expired;  // idle beyond their time, found by sweep() or replaced by insert()
  Counter evicted;  // made room at the limit
  Counter erased;   // erase()
  Counter open;     // now in the table
};

class FlowTable {
 public:
  FlowTable(const FlowSettings& settings, std::uint64_t seed);

  std::uint64_t hash(const FlowKey& key) const { return hash_of(key, seed_); }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(entries_.data() + home(hash), 1); }

  // After prefetch(), as a hint for the next one: the session of whoever stands first where the flow should
  // stand, nearly always the flow's own; kNoSession when there is none.
  std::uint32_t likely_session(std::uint64_t hash) const { return entries_[home(hash)].state.session(); }

  // Null when there is none or when it has been idle beyond its time: the answer does not depend on when
  // sweep() came by. An expired flow with a session stays until erase() or insert() with the same key.
  FlowState* find(const FlowKey& key, std::uint64_t hash, TimeNs now);

  // After find() gave null for the same arguments. An expired entry of the same key is replaced. At the
  // limit one of the next kNeighbours entries makes room: an expired one, else one without a session, the
  // longest idle, else the longest idle of all, so that a flood of SYNs does not push out mail.
  Inserted insert(const FlowKey& key, std::uint64_t hash, TimeNs now);

  // Looks the key up, expired or not; false when it is not there.
  bool erase(const FlowKey& key, std::uint64_t hash);

  // Moves the hand `slots` on and takes out expired flows that have no session. A flow with a session is
  // left to whoever owns the session. Call it with a few slots a burst.
  void sweep(TimeNs now, std::size_t slots);

  std::size_t size() const { return size_; }
  std::size_t slots() const { return entries_.size(); }
  const FlowCounters& counters() const { return counters_; }

  static std::size_t slots_for(const FlowSettings& settings);
  static std::size_t memory_bytes(const FlowSettings& settings) { return slots_for(settings) * 64; }

  static constexpr std::size_t kNeighbours = 16;

 private:
  std::size_t home(std::uint64_t hash) const {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::size_t>((static_cast<Wide>(hash) * entries_.size()) >> 64);
  }
  std::size_t after(std::size_t slot) const { return slot + 1 == entries_.size() ? 0 : slot + 1; }
  std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + entries_.size() - from;
  }
  std::size_t slot_of(const FlowKey& key, std::uint64_t hash) const;
  std::size_t choose_victim(std::size_t start, TimeNs now) const;
  Displaced displace(std::size_t slot, TimeNs now, bool at_limit);
  void take_out(std::size_t hole);
  void resize(std::size_t size);

  FlowSettings settings_;
  std::uint64_t seed_;
  ZeroedArray<FlowEntry> entries_;
  std::size_t size_ = 0;
  std::size_t hand_ = 0;
  FlowCounters counters_;
};

}  // namespace mailtap
