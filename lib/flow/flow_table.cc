// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_table.h"

#include "base/check.h"

namespace mailtap {
namespace {

constexpr std::size_t kNowhere = ~std::size_t{0};

// Whom to give up first: expired, then without a session, then with one; among equals the longest idle.
struct Rank {
  int group;
  TimeNs last_seen;
  bool before(const Rank& rank) const {
    return group != rank.group ? group < rank.group : last_seen < rank.last_seen;
  }
};

Rank rank_of(const FlowState& state, TimeNs now, const FlowSettings& settings) {
  const int group = state.has_session() ? 2 : state.expired(now, settings) ? 0 : 1;
  return {group, state.last_seen()};
}

}  // namespace

// Six tenths full at the limit: a hit looks at 1.75 entries on average, a miss at 3.6 (Knuth 6.4).
std::size_t FlowTable::slots_for(const FlowSettings& settings) {
  return std::size_t{settings.flows_max} * 5 / 3 + kNeighbours + 1;
}

FlowTable::FlowTable(const FlowSettings& settings, std::uint64_t seed)
    : settings_(settings), seed_(seed), entries_(slots_for(settings)) {
  MAILTAP_CHECK(settings.flows_max > 0);
}

std::size_t FlowTable::slot_of(const FlowKey& key, std::uint64_t hash) const {
  for (std::size_t slot = home(hash);; slot = after(slot)) {
    const FlowEntry& entry = entries_[slot];
    if (entry.state.kind() == FlowKind::kFree) return kNowhere;
    if (entry.key == key) return slot;
  }
}

FlowState* FlowTable::find(const FlowKey& key, std::uint64_t hash, TimeNs now) {
  const std::size_t slot = slot_of(key, hash);
  if (slot == kNowhere || entries_[slot].state.expired(now, settings_)) return nullptr;
  return &entries_[slot].state;
}

Inserted FlowTable::insert(const FlowKey& key, std::uint64_t hash, TimeNs now) {
  Inserted inserted;
  std::size_t slot = slot_of(key, hash);
  if (slot != kNowhere) {
    inserted.displaced = displace(slot, now, false);
  } else if (size_ >= settings_.flows_max) {
    inserted.displaced = displace(choose_victim(home(hash), now), now, true);
  }
  for (slot = home(hash); entries_[slot].state.kind() != FlowKind::kFree;) slot = after(slot);
  entries_[slot].key = key;
  entries_[slot].state = FlowState();
  entries_[slot].state.kind_ = FlowKind::kUnknown;
  entries_[slot].state.last_seen_ = now >> 16;
  resize(size_ + 1);
  counters_.opened.add(1);
  inserted.state = &entries_[slot].state;
  return inserted;
}

// The neighbourhood is never empty for long: it grows until it has somebody.
std::size_t FlowTable::choose_victim(std::size_t start, TimeNs now) const {
  std::size_t victim = kNowhere;
  Rank lowest{};
  std::size_t slot = start;
  for (std::size_t seen = 0; seen < kNeighbours || victim == kNowhere; ++seen, slot = after(slot)) {
    const FlowState& state = entries_[slot].state;
    if (state.kind() == FlowKind::kFree) continue;
    const Rank rank = rank_of(state, now, settings_);
    if (victim != kNowhere && !rank.before(lowest)) continue;
    victim = slot;
    lowest = rank;
  }
  return victim;
}

Displaced FlowTable::displace(std::size_t slot, TimeNs now, bool at_limit) {
  const FlowState& state = entries_[slot].state;
  const Displaced displaced{state.session(), state.expired(now, settings_)};
  (at_limit && !displaced.expired ? counters_.evicted : counters_.expired).add(1);
  take_out(slot);
  return displaced;
}

bool FlowTable::erase(const FlowKey& key, std::uint64_t hash) {
  const std::size_t slot = slot_of(key, hash);
  if (slot == kNowhere) return false;
  take_out(slot);
  counters_.erased.add(1);
  return true;
}

// Whoever probed past the hole moves into it, and leaves a hole that the next one may fill.
void FlowTable::take_out(std::size_t hole) {
  for (std::size_t slot = after(hole); entries_[slot].state.kind() != FlowKind::kFree; slot = after(slot)) {
    const std::size_t wanted = home(hash(entries_[slot].key));
    if (distance(wanted, slot) < distance(hole, slot)) continue;
    entries_[hole] = entries_[slot];
    hole = slot;
  }
  entries_[hole].state.kind_ = FlowKind::kFree;
  resize(size_ - 1);
}

// A slot is looked at again after a deletion, because somebody may have moved into it.
void FlowTable::sweep(TimeNs now, std::size_t slots) {
  for (std::size_t n = 0; n < slots; ++n) {
    const FlowState& state = entries_[hand_].state;
    if (state.kind() == FlowKind::kFree || state.has_session() || !state.expired(now, settings_)) {
      hand_ = after(hand_);
      continue;
    }
    take_out(hand_);
    counters_.expired.add(1);
  }
}

void FlowTable::resize(std::size_t size) {
  size_ = size;
  counters_.open.set(size);
}

}  // namespace mailtap
