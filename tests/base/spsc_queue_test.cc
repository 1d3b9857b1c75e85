// SPDX-License-Identifier: Apache-2.0
#include "base/spsc_queue.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <thread>

namespace mailtap {
namespace {

TEST(SpscQueue, HoldsExactlyItsCapacity) {
  SpscQueue<int> queue(3);
  const std::array<int, 5> items{1, 2, 3, 4, 5};
  EXPECT_EQ(queue.room(), 3u);
  EXPECT_EQ(queue.push(items.data(), items.size()), 3u);
  EXPECT_FALSE(queue.push(9));
  EXPECT_EQ(queue.waiting(), 3u);
  EXPECT_EQ(queue.room(), 0u);
}

TEST(SpscQueue, GivesWhatItTookInOrderAcrossTheEndOfItsRing) {
  SpscQueue<int> queue(4);
  int next_in = 0;
  int next_out = 0;
  for (int round = 0; round < 100; ++round) {
    while (queue.push(next_in)) ++next_in;
    for (int take = 0; take < round % 4 + 1; ++take) {
      int item = -1;
      ASSERT_TRUE(queue.pop(item));
      ASSERT_EQ(item, next_out++);
    }
  }
}

TEST(SpscQueue, SaysWhenItIsEmpty) {
  SpscQueue<int> queue(4);
  int item = 7;
  EXPECT_FALSE(queue.pop(item));
  EXPECT_EQ(item, 7);
}

// Two words in an item: a torn or early read of one would show as a broken sum.
struct Pair {
  std::uint64_t value;
  std::uint64_t complement;
};

void produce(SpscQueue<Pair>& queue, std::uint64_t n) {
  for (std::uint64_t i = 0; i < n; ++i) {
    while (!queue.push(Pair{i, ~i})) std::this_thread::yield();
  }
}

TEST(SpscQueue, CarriesEveryItemOnceAndInOrderBetweenTwoThreads) {
  constexpr std::uint64_t kItems = 200'000;
  SpscQueue<Pair> queue(64);
  std::thread producer([&queue] { produce(queue, kItems); });
  std::array<Pair, 16> burst{};
  std::uint64_t next = 0;
  std::uint64_t wrong = 0;
  while (next < kItems) {
    const std::size_t got = queue.pop(burst.data(), burst.size());
    if (got == 0) std::this_thread::yield();
    for (std::size_t i = 0; i < got; ++i, ++next) {
      wrong += burst[i].value != next || burst[i].complement != ~next ? 1u : 0u;
    }
  }
  producer.join();
  EXPECT_EQ(wrong, 0u);
  EXPECT_EQ(queue.waiting(), 0u);
}

}  // namespace
}  // namespace mailtap
