// SPDX-License-Identifier: Apache-2.0
#include "host/host_deltas.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace mailtap {
namespace {

std::size_t slots_for(std::size_t hosts) { return std::bit_ceil(hosts * 2); }

}  // namespace

std::size_t HostDeltas::bytes(std::size_t hosts) {
  return hosts * sizeof(Row) + slots_for(hosts) * sizeof(Slot);
}

// One burst between two drains meets far fewer new hosts than the eighth that is kept free.
HostDeltas::HostDeltas(const HostSettings& settings, std::uint64_t seed)
    : interval_ns_(settings.interval_ns),
      seed_(seed),
      early_above_(settings.worker_hosts - settings.worker_hosts / 8),
      slot_mask_(slots_for(settings.worker_hosts) - 1),
      rows_(settings.worker_hosts),
      slots_(slots_for(settings.worker_hosts)) {
  MAILTAP_CHECK(settings.interval_ns > 0 && settings.worker_hosts > 0 &&
                settings.worker_hosts <= kWorkerHostsMax);
}

void HostDeltas::add(const HostKey& key, HostColumn column, std::uint64_t n, TimeNs time) {
  Row* row = find_or_make(key, interval_end_of(time, interval_ns_));
  if (row == nullptr) {
    ++lost_;
    return;
  }
  row->counts[static_cast<std::size_t>(column)] += n;
}

void HostDeltas::add(const HostKey& key, const HostCounts& counts, TimeNs time) {
  Row* row = find_or_make(key, interval_end_of(time, interval_ns_));
  if (row == nullptr) {
    ++lost_;
    return;
  }
  for (std::size_t column = 0; column < counts.size(); ++column) row->counts[column] += counts[column];
}

TimeNs HostDeltas::next_due() const {
  if (size_ == 0) return kTimeMax;
  return size_ > early_above_ ? kTimeMin : oldest().end;
}

std::uint32_t HostDeltas::hash_row(const HostKey& key, TimeNs end) const {
  return static_cast<std::uint32_t>(hash_of(key, seed_ ^ static_cast<std::uint64_t>(end)) >> 32);
}

HostDeltas::Row* HostDeltas::find_or_make(const HostKey& key, TimeNs end) {
  const std::uint32_t hash = hash_row(key, end);
  std::size_t at = hash & slot_mask_;
  for (; slots_[at].row_plus_one != 0; at = (at + 1) & slot_mask_) {
    Row& row = rows_[slots_[at].row_plus_one - 1];
    if (slots_[at].hash == hash && row.end == end && row.key == key) return &row;
  }
  if (size_ == rows_.size()) return nullptr;
  const std::size_t index = (head_ + size_++) % rows_.size();
  slots_[at] = {hash, static_cast<std::uint32_t>(index + 1)};
  rows_[index] = Row{key, end, {}};
  return &rows_[index];
}

void HostDeltas::remove_oldest() {
  unlink(static_cast<std::uint32_t>(head_));
  head_ = (head_ + 1) % rows_.size();
  --size_;
}

// Backward shift: a later slot moves into the hole unless it would leave its own place behind.
void HostDeltas::unlink(std::uint32_t row) {
  std::size_t hole = hash_row(rows_[row].key, rows_[row].end) & slot_mask_;
  while (slots_[hole].row_plus_one != row + 1) hole = (hole + 1) & slot_mask_;
  for (std::size_t at = (hole + 1) & slot_mask_; slots_[at].row_plus_one != 0; at = (at + 1) & slot_mask_) {
    const std::size_t home = slots_[at].hash & slot_mask_;
    if (((at - home) & slot_mask_) < ((at - hole) & slot_mask_)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = {};
}

HostDeltaRecord HostDeltas::record_of(const Row& row, TimeNs now) const {
  HostDeltaRecord record;
  record.head.time = std::min(now, row.end - 1);
  record.ip = row.key.ip;
  record.role = row.key.role;
  record.interval_start = row.end - interval_ns_;
  record.interval_end = row.end;
  record.counts = row.counts;
  return record;
}

}  // namespace mailtap
