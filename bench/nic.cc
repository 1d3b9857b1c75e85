// SPDX-License-Identifier: Apache-2.0
// Bursts from net_null: the device costs next to nothing, what is measured is ours and the buffers' way.
#include <benchmark/benchmark.h>

#include <array>
#include <memory>

#include "nic/nic.h"

namespace mailtap {
namespace {

Result<std::unique_ptr<Nic>>& nic() {
  static Result<std::unique_ptr<Nic>> only = [] {
    NicSettings settings;
    settings.devices = {"net_null0"};
    settings.huge_pages = HugePages::kNo;
    return Nic::open(settings);
  }();
  return only;
}

void receive_and_release(benchmark::State& state) {
  if (!nic()) {
    state.SkipWithError(nic().reason().c_str());
    return;
  }
  PacketSource& source = nic().value()->queue(0);
  std::array<Frame, 64> frames;
  const auto burst = static_cast<std::size_t>(state.range(0));
  std::size_t received = 0;
  for (auto _ : state) {
    const Receipt receipt = source.receive(std::span(frames).first(burst));
    received += receipt.count;
    source.release({frames.data(), receipt.count});
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(received));
}
BENCHMARK(receive_and_release)->Arg(32)->Arg(64);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
