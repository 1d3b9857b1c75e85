// SPDX-License-Identifier: Apache-2.0
#include "pipelines/stage_clock.h"

#include <gtest/gtest.h>

#include <numeric>

namespace mailtap {
namespace {

std::uint64_t counter = 0;
std::uint64_t read_counter() { return counter; }

std::uint64_t of(const StageClock& clock, Stage stage) {
  return clock.by_stage()[static_cast<std::size_t>(stage)];
}

// One packet of 10 + 20 + 60 + 10 cycles.
void packet(StageClock& clock) {
  counter += 10;
  const StageScope reassemble(clock, Stage::kReassemble);
  counter += 20;
  const StageScope smtp(clock, Stage::kSmtp);
  counter += 60;
  const StageScope emit(clock, Stage::kEmit);
  counter += 10;
}

TEST(StageClock, GivesEachStageItsPartOfAllBursts) {
  const std::uint64_t waited = 0;
  StageClock clock(waited, read_counter);
  const std::uint64_t bursts = 3 * StageClock::kSampleEvery + 1;
  for (std::uint64_t burst = 0; burst < bursts; ++burst) {
    counter += 7;
    clock.lap(Stage::kReceive);
    counter += 5;
    clock.lap(Stage::kDecode);
    clock.begin_packets();
    packet(clock);
    clock.end_packets();
    counter += 3;
    clock.lap(Stage::kUpkeep);
  }
  EXPECT_EQ(of(clock, Stage::kReceive), 7 * bursts);
  EXPECT_EQ(of(clock, Stage::kDecode), 5 * bursts);
  EXPECT_EQ(of(clock, Stage::kUpkeep), 3 * bursts);
  EXPECT_NEAR(static_cast<double>(of(clock, Stage::kFlow)), 10.0 * static_cast<double>(bursts), 4);
  EXPECT_NEAR(static_cast<double>(of(clock, Stage::kReassemble)), 20.0 * static_cast<double>(bursts), 1);
  EXPECT_NEAR(static_cast<double>(of(clock, Stage::kSmtp)), 60.0 * static_cast<double>(bursts), 1);
  EXPECT_NEAR(static_cast<double>(of(clock, Stage::kEmit)), 10.0 * static_cast<double>(bursts), 1);
  const StageCycles cycles = clock.by_stage();
  EXPECT_EQ(std::accumulate(cycles.begin(), cycles.end(), std::uint64_t{0}), clock.busy());
  EXPECT_EQ(clock.busy(), 115 * bursts);
  EXPECT_EQ(clock.idle(), 0U);
}

TEST(StageClock, ForgetsTheFirstBurstWhenThereIsAnotherSample) {
  const std::uint64_t waited = 0;
  StageClock clock(waited, read_counter);
  const auto burst = [&clock](std::uint64_t flow) {
    clock.begin_packets();
    counter += flow;
    const StageScope smtp(clock, Stage::kSmtp);
    counter += 10;
  };
  burst(1000);
  clock.end_packets();
  EXPECT_EQ(of(clock, Stage::kFlow), 1000U);
  for (std::uint64_t i = 0; i < StageClock::kSampleEvery; ++i) {
    burst(10);
    clock.end_packets();
  }
  EXPECT_EQ(clock.busy(), 1010U + 20 * StageClock::kSampleEvery);
  EXPECT_NEAR(static_cast<double>(of(clock, Stage::kFlow)), static_cast<double>(clock.busy()) / 2, 1);
}

TEST(StageClock, CountsEmptyPollsAndWaitingAsIdleAndNotAsWork) {
  std::uint64_t waited = 0;
  StageClock clock(waited, read_counter);
  counter += 40;
  clock.lap_idle();
  clock.begin_packets();
  counter += 9;
  {
    const StageScope emit(clock, Stage::kEmit);
    counter += 1000;
    waited += 1000;
    counter += 1;
  }
  clock.end_packets();
  EXPECT_EQ(clock.idle(), 1040U);
  EXPECT_EQ(clock.busy(), 10U);
  EXPECT_EQ(of(clock, Stage::kEmit), 1U);
}

}  // namespace
}  // namespace mailtap
