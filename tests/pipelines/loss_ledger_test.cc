// SPDX-License-Identifier: Apache-2.0
#include "pipelines/loss_ledger.h"

#include <gtest/gtest.h>

namespace mailtap {
namespace {

constexpr TimeNs at(int second) { return second * kSecondNs; }

TEST(LossLedger, TellsWhatAWindowMayHaveLostAndNotWhatWasLostBefore) {
  LossLedger ledger;
  ledger.note(5, at(100));
  ledger.note(5, at(200));
  ledger.note(12, at(300));
  EXPECT_EQ(ledger.since(at(0)), 12U);
  EXPECT_EQ(ledger.since(at(101)), 12U);  // what was seen at 100 may have happened until 101
  EXPECT_EQ(ledger.since(at(102)), 7U);
  EXPECT_EQ(ledger.since(at(302)), 0U);
}

TEST(LossLedger, TellsTheRecentPartOfALossThatGoesOnForHours) {
  LossLedger ledger;
  for (int tenth = 0; tenth < 10 * 7200; ++tenth)
    ledger.note(static_cast<std::uint64_t>(tenth) + 1, tenth * kSecondNs / 10);
  EXPECT_EQ(ledger.since(at(0)), 72'000U);
  EXPECT_GE(ledger.since(at(7140)), 600U);
  EXPECT_LT(ledger.since(at(7140)), 1200U);
}

TEST(LossLedger, CountsALossForEveryWindowWhenNobodyKnowsHowFarTheWorkersAre) {
  LossLedger ledger;
  ledger.note(1, kTimeMin);
  ledger.note(3, kTimeMax);
  ledger.note(4, kTimeMax);
  EXPECT_EQ(ledger.since(at(1'000'000)), 3U);
}

TEST(LossLedger, NeverTellsLessThanWasLostInTheWindow) {
  LossLedger ledger;
  std::uint64_t total = 0;
  for (int second = 0; second < 1000; second += 7) ledger.note(total += 3, at(second));
  for (int begin = 0; begin < 1000; begin += 7) {
    const std::uint64_t lost = 3 * static_cast<std::uint64_t>((999 - begin) / 7 + 1);
    EXPECT_GE(ledger.since(at(begin)), lost) << begin;
  }
}

}  // namespace
}  // namespace mailtap
