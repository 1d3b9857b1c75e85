// SPDX-License-Identifier: Apache-2.0
#include "pipelines/deadline_heap.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

namespace mailtap {
namespace {

TEST(DeadlineHeap, GivesTheEarliestOfWhatAModelHolds) {
  constexpr std::uint32_t kItems = 60;
  DeadlineHeap heap(kItems);
  std::map<std::uint32_t, TimeNs> model;
  std::mt19937 random(3);
  for (int step = 0; step < 20'000; ++step) {
    const std::uint32_t item = random() % kItems;
    if (random() % 3 == 0) {
      heap.remove(item);
      model.erase(item);
    } else {
      const auto time = static_cast<TimeNs>(random() % 1000);
      heap.set(item, time);
      model[item] = time;
    }
    TimeNs earliest = kTimeMax;
    for (const auto& [known, time] : model) earliest = std::min(earliest, time);
    ASSERT_EQ(heap.next(), earliest);
    ASSERT_EQ(heap.size(), model.size());
    ASSERT_EQ(heap.time_of(item), model.count(item) != 0 ? model[item] : kTimeMax);
    if (!model.empty()) {
      ASSERT_EQ(model.at(heap.first()), earliest);
    }
  }
}

}  // namespace
}  // namespace mailtap
