// SPDX-License-Identifier: Apache-2.0
#include "base/page_pool.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <set>
#include <utility>

namespace mailtap {
namespace {

TEST(PagePool, AnswersNoPageAtItsLimitAndGoesOnAfterOneCameBack) {
  PagePool pool(64, 2);
  const PageIndex first = pool.take();
  const PageIndex second = pool.take();
  EXPECT_NE(first, second);
  EXPECT_EQ(pool.take(), kNoPage);
  EXPECT_EQ(pool.used(), 2u);
  pool.give_back(first);
  EXPECT_EQ(pool.used(), 1u);
  EXPECT_EQ(pool.take(), first);
  EXPECT_EQ(pool.take(), kNoPage);
}

TEST(PagePool, PagesDoNotOverlapAndLieOnePageSizeApart) {
  PagePool pool(192, 3);
  EXPECT_EQ(pool.at(1) - pool.at(0), 192);
  EXPECT_EQ(pool.at(2) - pool.at(1), 192);
}

TEST(PagePool, WipesWhatAPageHeldWhereItIsToldTo) {
  PagePool pool(64, 1);
  const PageIndex page = pool.take();
  std::memset(pool.at(page), 's', 64);
  pool.wipe(page, 10, 5);
  EXPECT_EQ(std::count(pool.at(page), pool.at(page) + 64, 's'), 59);
  EXPECT_EQ(pool.at(page)[10], 0);
  pool.give_back_wiped(page, 40);
  EXPECT_EQ(std::count(pool.at(page), pool.at(page) + 64, 's'), 24);
}

// The model: a set of taken pages, and the byte that each was filled with.
class PoolAgainstModel {
 public:
  static constexpr std::size_t kPages = 20;
  static constexpr std::size_t kPageSize = 32;

  void take(std::uint8_t fill) {
    const PageIndex page = pool_.take();
    if (taken_.size() == kPages) {
      ASSERT_EQ(page, kNoPage);
      return;
    }
    ASSERT_LT(page, kPages);
    ASSERT_TRUE(taken_.emplace(page, fill).second) << "a page was given out twice";
    std::memset(pool_.at(page), fill, kPageSize);
  }

  void give_back(std::size_t which) {
    if (taken_.empty()) return;
    const auto it = std::next(taken_.begin(), static_cast<std::ptrdiff_t>(which % taken_.size()));
    for (std::size_t i = 0; i < kPageSize; ++i) ASSERT_EQ(pool_.at(it->first)[i], it->second);
    pool_.give_back(it->first);
    taken_.erase(it);
  }

  void compare() const { ASSERT_EQ(pool_.used(), taken_.size()); }

 private:
  PagePool pool_{kPageSize, kPages};
  std::map<PageIndex, std::uint8_t> taken_;
};

TEST(PagePool, BehavesAsASetOfPagesInAnyOrderOfTakingAndGivingBack) {
  std::mt19937 random(7);
  PoolAgainstModel pool;
  for (int step = 0; step < 20'000 && !testing::Test::HasFatalFailure(); ++step) {
    // Phases of filling and of draining, so that both limits are met.
    const bool filling = (step / 100) % 2 == 0;
    if (random() % 4 == 0 ? !filling : filling) {
      pool.take(static_cast<std::uint8_t>(random()));
    } else {
      pool.give_back(random());
    }
    pool.compare();
  }
}

TEST(PagePoolDeathTest, StopsWhoGivesBackAPageThatWasNeverTaken) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  PagePool pool(64, 2);
  EXPECT_DEATH(pool.give_back(1), "broken promise");
}

}  // namespace
}  // namespace mailtap
