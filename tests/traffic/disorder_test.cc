// SPDX-License-Identifier: Apache-2.0
#include "disorder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace mailtap::traffic {
namespace {

class Collector final : public FrameSink {
 public:
  void put(const Frame& frame) override {
    std::uint32_t number = 0;
    std::memcpy(&number, frame.data, sizeof number);
    numbers.push_back(number);
    times.push_back(frame.time_ns);
  }
  std::vector<std::uint32_t> numbers;
  std::vector<std::uint64_t> times;
};

constexpr std::uint32_t kFrames = 5000;

Collector pass_through(const DisorderOptions& options, TapRecord& tap) {
  Collector collector;
  DisorderStage stage(options, Random(7), collector);
  for (std::uint32_t i = 0; i < kFrames; ++i) {
    std::array<std::uint8_t, 60> bytes{};
    std::memcpy(bytes.data(), &i, sizeof i);
    Frame frame;
    frame.time_ns = 1000000 + std::uint64_t{i} * 20000;
    frame.data = bytes.data();
    frame.size = bytes.size();
    frame.payload_size = 6;
    frame.skew_ns = i % 2 == 0 ? 3000000 : 0;
    frame.tap = &tap;
    stage.put(frame);
  }
  stage.finish();
  return collector;
}

std::vector<std::uint32_t> copies(std::uint32_t each) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t i = 0; i < kFrames; ++i) numbers.insert(numbers.end(), each, i);
  return numbers;
}

TEST(DisorderStage, KeepsEveryFrameOnceWhenItReordersAndSkews) {
  DisorderOptions options;
  options.reorder = 0.3;
  options.skew = 1;
  TapRecord tap;
  Collector out = pass_through(options, tap);
  EXPECT_FALSE(std::is_sorted(out.numbers.begin(), out.numbers.end()));
  std::sort(out.numbers.begin(), out.numbers.end());
  EXPECT_EQ(out.numbers, copies(1));
  EXPECT_EQ(tap.lost_packets, 0U);
}

TEST(DisorderStage, WritesInOrderOfTime) {
  DisorderOptions options;
  options.reorder = 0.5;
  options.duplicates = 0.1;
  TapRecord tap;
  const Collector out = pass_through(options, tap);
  EXPECT_GT(out.numbers.size(), kFrames);
  EXPECT_TRUE(std::is_sorted(out.times.begin(), out.times.end()));
}

TEST(DisorderStage, GivesEveryFrameTwiceForASpanOfBothPorts) {
  DisorderOptions options;
  options.twice = true;
  TapRecord tap;
  Collector out = pass_through(options, tap);
  std::sort(out.numbers.begin(), out.numbers.end());
  EXPECT_EQ(out.numbers, copies(2));
}

TEST(DisorderStage, TellsEveryLossToTheConnection) {
  DisorderOptions options;
  options.losses = 0.1;
  TapRecord tap;
  const Collector out = pass_through(options, tap);
  EXPECT_GT(tap.lost_packets, 0U);
  EXPECT_EQ(out.numbers.size() + tap.lost_packets, kFrames);
  EXPECT_EQ(tap.lost_bytes, std::uint64_t{tap.lost_packets} * 6);
}

}  // namespace
}  // namespace mailtap::traffic
