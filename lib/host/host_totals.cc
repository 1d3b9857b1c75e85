// SPDX-License-Identifier: Apache-2.0
#include "host/host_totals.h"

#include <algorithm>

#include "base/check.h"
#include "host/host_deltas.h"

namespace mailtap {

std::size_t HostSettings::worker_bytes() const { return HostDeltas::bytes(worker_hosts); }
std::size_t HostSettings::control_bytes() const { return hosts * HostTotals::bytes_a_host() + sketch_bytes; }

// A node of the map has a pointer and the hash beside the pair, malloc a header of its own, and the bucket
// array a pointer.
std::size_t HostTotals::bytes_a_host() { return sizeof(Rows::value_type) + 4 * sizeof(void*); }

std::uint64_t HostTotals::Row::activity() const {
  std::uint64_t sum = 0;
  for (std::size_t column = 0; column < kHostColumns; ++column) {
    if (column != static_cast<std::size_t>(HostColumn::kBytes)) sum += counts[column];
  }
  return sum;
}

HostTotals::HostTotals(const HostSettings& settings, HostSink& sink, std::uint64_t seed)
    : settings_(settings), sink_(sink), rows_(0, Hasher{seed}) {
  MAILTAP_CHECK(settings.interval_ns > 0 && settings.hosts > 0);
}

void HostTotals::add(const HostDeltaRecord& delta) {
  Row& row = row_of({delta.role, delta.ip}, delta.interval_end, delta.head.time);
  for (std::size_t column = 0; column < kHostColumns; ++column) row.counts[column] += delta.counts[column];
}

void HostTotals::add_distinct(const HostKey& key, DistinctKind kind, std::uint64_t hash, TimeNs time) {
  DistinctHashes hashes;
  hashes[static_cast<std::size_t>(kind)] = {&hash, 1};
  add_distinct(key, hashes, time);
}

void HostTotals::add_distinct(const HostKey& key, const DistinctHashes& hashes, TimeNs time) {
  const auto none = [](std::span<const std::uint64_t> one) { return one.empty(); };
  if (std::all_of(hashes.begin(), hashes.end(), none)) return;
  Row& row = row_of(key, interval_end_of(time, settings_.interval_ns), time);
  for (std::size_t kind = 0; kind < hashes.size(); ++kind) {
    DistinctSketch& sketch = row.sketches[kind];
    const std::size_t before = sketch.bytes();
    for (const std::uint64_t hash : hashes[kind]) sketch.add(hash);
    sketch_bytes_ += sketch.bytes() - before;
  }
}

HostTotals::Row& HostTotals::row_of(const HostKey& key, TimeNs interval_end, TimeNs time) {
  if (rows_.empty()) open_end_ = interval_end;
  if (interval_end != open_end_) ++late_;
  if (const auto found = rows_.find(key); found != rows_.end() && sketch_bytes_ <= settings_.sketch_bytes) {
    return found->second;
  }
  if (rows_.size() >= settings_.hosts || sketch_bytes_ > settings_.sketch_bytes) tell_least_active(time);
  return rows_[key];
}

void HostTotals::tell_least_active(TimeNs time) {
  Chosen all;
  all.reserve(rows_.size());
  for (const auto& row : rows_) all.push_back(&row);
  const auto less_active = [](const Rows::value_type* a, const Rows::value_type* b) {
    const std::uint64_t left = a->second.activity();
    const std::uint64_t right = b->second.activity();
    return left != right ? left < right : a->first < b->first;
  };
  const std::size_t quarter = std::max<std::size_t>(all.size() / 4, 1);
  std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(quarter - 1), all.end(),
                   less_active);
  // Sketches may be the limit while the quarter holds none: then the whole table goes.
  std::size_t freed = 0;
  for (std::size_t i = 0; i < quarter; ++i) {
    for (const DistinctSketch& sketch : all[i]->second.sketches) freed += sketch.bytes();
  }
  const bool enough = sketch_bytes_ - freed <= settings_.sketch_bytes;
  if (enough) all.resize(quarter);
  early_ += all.size();
  std::sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  for (const auto* row : all) tell(*row, time);
  if (!enough) {
    rows_.clear();
    sketch_bytes_ = 0;
    return;
  }
  sketch_bytes_ -= freed;
  for (const auto* row : all) rows_.erase(row->first);
}

void HostTotals::advance(TimeNs now) {
  if (!rows_.empty() && now >= open_end_) close(open_end_);
}

void HostTotals::finish(TimeNs now) {
  if (!rows_.empty()) close(std::min(now, open_end_));
}

void HostTotals::close(TimeNs time) {
  for (const auto* row : worth_telling()) tell(*row, time);
  rows_.clear();
  sketch_bytes_ = 0;
  open_end_ = kTimeMax;
}

HostTotals::Chosen HostTotals::worth_telling() const {
  Chosen chosen;
  Chosen below;
  for (const auto& row : rows_) {
    (row.second.activity() >= settings_.floor ? chosen : below).push_back(&row);
  }
  // A column's first N may stand above the floor already; they take their places from those below.
  if (!below.empty() && settings_.top != 0) {
    Chosen all = chosen;
    all.insert(all.end(), below.begin(), below.end());
    for (std::size_t column = 0; column < kHostColumns; ++column) mark_top(all, chosen, column);
  }
  std::sort(chosen.begin(), chosen.end(), [](const auto* a, const auto* b) { return a->first < b->first; });
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

void HostTotals::mark_top(Chosen& all, Chosen& chosen, std::size_t column) const {
  const std::size_t n = std::min(settings_.top, all.size());
  const auto last = all.begin() + static_cast<std::ptrdiff_t>(n);
  std::partial_sort(all.begin(), last, all.end(),
                    [column](const Rows::value_type* a, const Rows::value_type* b) {
                      const std::uint64_t left = a->second.counts[column];
                      const std::uint64_t right = b->second.counts[column];
                      return left != right ? left > right : a->first < b->first;
                    });
  std::copy_if(all.begin(), last, std::back_inserter(chosen),
               [column](const auto* row) { return row->second.counts[column] != 0; });
}

void HostTotals::tell(const Rows::value_type& row, TimeNs time) const {
  const auto distinct = [&row](DistinctKind kind) {
    return row.second.sketches[static_cast<std::size_t>(kind)].estimate();
  };
  HostSummary host;
  host.ip = row.first.ip;
  host.role = row.first.role;
  host.interval_start = open_end_ - settings_.interval_ns;
  host.interval_end = open_end_;
  host.counts = row.second.counts;
  host.distinct_recipients = distinct(DistinctKind::kRecipients);
  host.distinct_senders = distinct(DistinctKind::kSenders);
  host.distinct_servers = distinct(DistinctKind::kServers);
  sink_.on_host(host, time);
}

}  // namespace mailtap
