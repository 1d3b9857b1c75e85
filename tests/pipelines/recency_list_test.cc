// SPDX-License-Identifier: Apache-2.0
#include "pipelines/recency_list.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <list>
#include <random>

namespace mailtap {
namespace {

TEST(RecencyList, NamesTheOneLongestNotTouchedAsAPlainListWould) {
  constexpr std::uint32_t kItems = 24;
  std::mt19937 random(11);
  RecencyList list(kItems);
  std::list<std::uint32_t> model;  // oldest first
  EXPECT_EQ(list.oldest(), RecencyList::kNone);
  for (int round = 0; round < 20'000; ++round) {
    const auto item = static_cast<std::uint32_t>(random() % kItems);
    const auto at = std::find(model.begin(), model.end(), item);
    if (at == model.end()) {
      list.add(item);
      model.push_back(item);
    } else if (random() % 3 == 0) {
      list.remove(item);
      model.erase(at);
    } else {
      list.touch(item);
      model.splice(model.end(), model, at);
    }
    ASSERT_EQ(list.oldest(), model.empty() ? RecencyList::kNone : model.front()) << "round " << round;
  }
}

}  // namespace
}  // namespace mailtap
