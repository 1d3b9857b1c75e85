// SPDX-License-Identifier: Apache-2.0
#include "export/stats_totals.h"

#include <array>
#include <cstring>
#include <type_traits>

namespace mailtap {

namespace {

// StatsCounts is an array of 64-bit sums with names: added member by member, whichever there are.
constexpr std::size_t kSums = sizeof(StatsCounts) / sizeof(std::uint64_t);
static_assert(sizeof(StatsCounts) % sizeof(std::uint64_t) == 0 && std::is_trivially_copyable_v<StatsCounts>);

void add_counts(StatsCounts& to, const StatsCounts& from) {
  std::array<std::uint64_t, kSums> a;
  std::array<std::uint64_t, kSums> b;
  std::memcpy(a.data(), &to, sizeof to);
  std::memcpy(b.data(), &from, sizeof from);
  for (std::size_t i = 0; i < kSums; ++i) a[i] += b[i];
  std::memcpy(static_cast<void*>(&to), a.data(), sizeof to);
}

void add_named(NamedSums& to, const NamedSums& from) {
  for (const auto& entry : from) to[entry.first] += entry.second;
}

NamedSums owned(std::span<const NamedCount> counts) {
  NamedSums sums;
  for (const NamedCount& count : counts) sums[std::string(count.name)] += count.count;
  return sums;
}

}  // namespace

void WorkerStats::add(const WorkerStats& other) {
  add_counts(counts, other.counts);
  add_named(drops, other.drops);
  add_named(cycles, other.cycles);
}

void StatsTotals::take(const StatsRecord& record) {
  workers_[record.worker] = {record.counts, owned(record.drops), owned(record.cycles)};
}

WorkerStats StatsTotals::sum() const {
  WorkerStats sum;
  for (const auto& entry : workers_) sum.add(entry.second);
  return sum;
}

}  // namespace mailtap
