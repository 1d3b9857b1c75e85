// SPDX-License-Identifier: Apache-2.0
// Host counters: an addition on a worker among many hosts, a delta and a distinct thing on the control core.
#include <benchmark/benchmark.h>

#include <vector>

#include "host/host_deltas.h"
#include "host/host_totals.h"

namespace mailtap {
namespace {

constexpr TimeNs kStart = 1'700'006'400 * kSecondNs;

HostKey host(std::uint64_t n) {
  HostKey key;
  const std::uint64_t mixed = mix_hash(n, 1);
  std::memcpy(key.ip.octets.data() + 8, &mixed, sizeof mixed);
  return key;
}

std::vector<HostKey> hosts(std::size_t n) {
  std::vector<HostKey> keys;
  for (std::size_t i = 0; i < n; ++i) keys.push_back(host(i * 7919 % n));
  return keys;
}

class NoSink final : public HostSink {
 public:
  void on_host(const HostSummary& row, TimeNs) override { benchmark::DoNotOptimize(row.counts.data()); }
};

void BM_HostDeltasAdd(benchmark::State& state) {
  const std::vector<HostKey> keys = hosts(static_cast<std::size_t>(state.range(0)));
  HostDeltas deltas(HostSettings{}, 1);
  std::size_t i = 0;
  for (auto _ : state) {
    deltas.add(keys[i], HostColumn::kMessages, 1, kStart);
    if (++i == keys.size()) i = 0;
  }
}
BENCHMARK(BM_HostDeltasAdd)->Arg(100)->Arg(10'000);

void BM_HostTotalsAdd(benchmark::State& state) {
  const std::vector<HostKey> keys = hosts(static_cast<std::size_t>(state.range(0)));
  NoSink sink;
  HostTotals totals(HostSettings{}, sink, 1);
  HostDeltaRecord delta;
  delta.interval_end = interval_end_of(kStart, HostSettings{}.interval_ns);
  delta.head.time = kStart;
  std::size_t i = 0;
  for (auto _ : state) {
    delta.ip = keys[i].ip;
    totals.add(delta);
    if (++i == keys.size()) i = 0;
  }
}
BENCHMARK(BM_HostTotalsAdd)->Arg(100)->Arg(50'000);

void BM_HostTotalsAddDistinct(benchmark::State& state) {
  NoSink sink;
  HostTotals totals(HostSettings{}, sink, 1);
  std::uint64_t n = 0;
  for (auto _ : state) {
    const std::uint64_t hash = distinct_hash("<somebody.or.other@example.org>") + mix_hash(++n, 2);
    totals.add_distinct(host(n % 10), DistinctKind::kRecipients, hash, kStart);
  }
}
BENCHMARK(BM_HostTotalsAddDistinct);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
