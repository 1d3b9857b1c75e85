// SPDX-License-Identifier: Apache-2.0
// A flow's cache line: key, hash and look-up of known flows in random order with and without a prefetch pass
// over a burst; opening and closing; the hand.
#include <benchmark/benchmark.h>

#include <array>
#include <vector>

#include "base/hash.h"
#include "flow/flow_table.h"

namespace mailtap {
namespace {

constexpr std::size_t kBurst = 32;

TcpSegment segment_of(std::uint64_t n) {
  TcpSegment segment;
  for (std::size_t at = 0; at < 4; ++at)
    segment.source.octets[12 + at] = static_cast<std::uint8_t>(n >> (8 * at));
  segment.destination.octets[12] = 192;
  segment.source_port = static_cast<std::uint16_t>(1024 + n % 60'000);
  segment.destination_port = 25;
  segment.flags = tcp_flag::kSyn;
  return segment;
}

FlowSettings settings_for(std::uint64_t flows) {
  FlowSettings settings;
  settings.flows_max = static_cast<std::uint32_t>(flows);
  return settings;
}

void fill(FlowTable& table, std::uint64_t flows) {
  for (std::uint64_t n = 0; n < flows; ++n) {
    const KeyedSegment keyed = make_flow_key(segment_of(n), FlowSettings{});
    table.insert(keyed.key, table.hash(keyed.key), 0).state->restart(segment_of(n), keyed.from);
  }
}

void find_flow(benchmark::State& state, bool prefetch) {
  const auto flows = static_cast<std::uint64_t>(state.range(0));
  FlowTable table(settings_for(flows), 42);
  fill(table, flows);
  std::uint64_t next = 1;
  std::array<FlowKey, kBurst> keys;
  std::array<std::uint64_t, kBurst> hashes{};
  for (auto _ : state) {
    for (std::size_t at = 0; at < kBurst; ++at) {
      next = mix_hash(next, 7);
      keys[at] = make_flow_key(segment_of(next % flows), FlowSettings{}).key;
      hashes[at] = table.hash(keys[at]);
      if (prefetch) table.prefetch(hashes[at]);
    }
    for (std::size_t at = 0; at < kBurst; ++at)
      benchmark::DoNotOptimize(table.find(keys[at], hashes[at], kSecondNs));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}
void find_plain(benchmark::State& state) { find_flow(state, false); }
void find_prefetched(benchmark::State& state) { find_flow(state, true); }

void open_and_close(benchmark::State& state) {
  const auto flows = static_cast<std::uint64_t>(state.range(0));
  FlowTable table(settings_for(flows), 42);
  fill(table, flows);
  std::uint64_t oldest = 0;
  for (auto _ : state) {
    const FlowKey gone = make_flow_key(segment_of(oldest), FlowSettings{}).key;
    const FlowKey fresh = make_flow_key(segment_of(oldest + flows), FlowSettings{}).key;
    table.erase(gone, table.hash(gone));
    benchmark::DoNotOptimize(table.insert(fresh, table.hash(fresh), 0).state);
    ++oldest;
  }
  state.SetItemsProcessed(state.iterations());
}

void flood_at_the_limit(benchmark::State& state) {
  const auto flows = static_cast<std::uint64_t>(state.range(0));
  FlowTable table(settings_for(flows), 42);
  fill(table, flows);
  std::uint64_t next = flows;
  for (auto _ : state) {
    const FlowKey fresh = make_flow_key(segment_of(next++), FlowSettings{}).key;
    benchmark::DoNotOptimize(table.insert(fresh, table.hash(fresh), 0).state);
  }
  state.SetItemsProcessed(state.iterations());
}

void sweep_slots(benchmark::State& state) {
  const auto flows = static_cast<std::uint64_t>(state.range(0));
  FlowTable table(settings_for(flows), 42);
  fill(table, flows);
  for (auto _ : state) table.sweep(kSecondNs, kBurst);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kBurst));
}

BENCHMARK(find_plain)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(find_prefetched)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(open_and_close)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(flood_at_the_limit)->Arg(100'000)->Arg(1'000'000);
BENCHMARK(sweep_slots)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
