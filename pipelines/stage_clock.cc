// SPDX-License-Identifier: Apache-2.0
#include "pipelines/stage_clock.h"

#include <numeric>

namespace mailtap {
namespace {

std::uint64_t sum_of(const StageCycles& cycles) {
  return std::accumulate(cycles.begin(), cycles.end(), std::uint64_t{0});
}

}  // namespace

std::string_view name_of(Stage stage) {
  static constexpr std::array<std::string_view, kStages> kNames{"receive", "decode", "flow",  "reassemble",
                                                                "smtp",    "emit",   "upkeep"};
  return stage < Stage::kCount ? kNames[static_cast<std::size_t>(stage)] : std::string_view{};
}

// Double is exact enough for a share, and what rounding leaves goes to flow.
StageCycles StageClock::by_stage() const {
  StageCycles told = cycles_;
  const std::uint64_t sampled = sum_of(sample_);
  std::uint64_t left = packets_;
  for (std::size_t i = 0; i < kStages && sampled != 0; ++i) {
    const double share = static_cast<double>(sample_[i]) / static_cast<double>(sampled);
    const auto part = static_cast<std::uint64_t>(share * static_cast<double>(packets_));
    const std::uint64_t taken = part < left ? part : left;
    told[i] += taken;
    left -= taken;
  }
  told[index(Stage::kFlow)] += left;
  return told;
}

std::uint64_t StageClock::busy() const { return sum_of(cycles_) + packets_; }

}  // namespace mailtap
