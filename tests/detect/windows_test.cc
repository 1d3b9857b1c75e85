// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <set>
#include <vector>

#include "detect/sliding_window.h"
#include "detect/subject_table.h"

namespace mailtap {
namespace {

constexpr DurationNs kLength = 100;

WindowItem item(TimeNs time, std::uint64_t weight = 1, std::uint64_t hash = 0) {
  WindowItem made;
  made.time = time;
  made.weight = weight;
  made.hash = hash;
  return made;
}

TEST(SlidingWindow, ReachesItsThresholdAndNotOneBelow) {
  SlidingWindow window;
  EXPECT_FALSE(window.add(item(0), kLength, 3));
  EXPECT_FALSE(window.add(item(1), kLength, 3));
  EXPECT_TRUE(window.add(item(2), kLength, 3));
}

TEST(SlidingWindow, ForgetsWhatIsAWholeWindowOldAndKeepsWhatIsYounger) {
  SlidingWindow window;
  window.add(item(0), kLength, 2);
  EXPECT_FALSE(window.add(item(kLength), kLength, 2));
  EXPECT_TRUE(window.add(item(2 * kLength - 1), kLength, 2));
}

TEST(SlidingWindow, KeepsNoMoreItemsThanItsThreshold) {
  SlidingWindow window;
  for (TimeNs time = 0; time < 10'000; ++time) window.add(item(time / 1000), kLength, 7);
  EXPECT_EQ(window.items().size(), 7U);
}

TEST(SlidingWindow, JudgesAsANaiveModelDoes) {
  std::mt19937 random(4);
  for (unsigned run = 0; run < 20; ++run) {
    const std::uint64_t threshold = 1 + random() % 40;
    SlidingWindow window;
    std::vector<WindowItem> all;
    TimeNs now = 0;
    for (unsigned step = 0; step < 1000; ++step) {
      now += random() % 20;
      all.push_back(item(now, 1 + random() % 5));
      std::uint64_t sum = 0;
      for (const WindowItem& one : all) sum += now - one.time < kLength ? one.weight : 0;
      ASSERT_EQ(window.add(all.back(), kLength, threshold), sum >= threshold);
      ASSERT_LE(window.items().size(), threshold);
    }
  }
}

TEST(DistinctWindow, CountsAThingOnceAndByItsLatestOccurrence) {
  DistinctWindow window;
  EXPECT_TRUE(window.add(item(0, 1, 7), kLength, 10));
  EXPECT_FALSE(window.add(item(50, 1, 7), kLength, 10));
  EXPECT_TRUE(window.add(item(149, 1, 8), kLength, 10));
  EXPECT_EQ(window.total(), 2U);
  EXPECT_TRUE(window.add(item(150, 1, 9), kLength, 10));
  EXPECT_EQ(window.total(), 2U);
}

TEST(DistinctWindow, HoldsAsManyAsANaiveModelUpToWhatItKeeps) {
  std::mt19937 random(5);
  for (unsigned run = 0; run < 20; ++run) {
    const std::size_t keep = 1 + random() % 20;
    DistinctWindow window;
    std::vector<WindowItem> all;
    TimeNs now = 0;
    for (unsigned step = 0; step < 1000; ++step) {
      now += random() % 10;
      all.push_back(item(now, 1, random() % 30));
      window.add(all.back(), kLength, keep);
      std::set<std::uint64_t> distinct;
      for (const WindowItem& one : all) {
        if (now - one.time < kLength) distinct.insert(one.hash);
      }
      ASSERT_EQ(window.total(), std::min(distinct.size(), keep));
    }
  }
}

SubjectKey key(std::uint64_t n) { return {{}, n}; }

TEST(SubjectTable, MakesRoomByTheSubjectThatWasIdleLongest) {
  SubjectTable<int> table(2, 1);
  table.touch(key(1)) = 10;
  table.touch(key(2)) = 20;
  table.touch(key(1));
  table.touch(key(3)) = 30;
  EXPECT_EQ(table.size(), 2U);
  EXPECT_EQ(table.evicted(), 1U);
  EXPECT_EQ(table.touch(key(1)), 10);
  EXPECT_EQ(table.touch(key(2)), 0);  // made anew
}

}  // namespace
}  // namespace mailtap
