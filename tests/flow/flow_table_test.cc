// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_table.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "segments.h"

namespace mailtap {
namespace {

FlowKey key_of(std::uint32_t n) {
  return make_flow_key(segment_from(n + 10, 40'000, 2, 25), FlowSettings{}).key;
}

class Table {
 public:
  explicit Table(std::uint32_t flows_max, std::uint64_t seed = 7) : table(make(flows_max), seed) {}
  FlowState* find(std::uint32_t n, TimeNs now = 0) { return table.find(key_of(n), hash(n), now); }
  Inserted insert(std::uint32_t n, TimeNs now = 0) {
    const Inserted in = table.insert(key_of(n), hash(n), now);
    TcpSegment syn = segment_from(n + 10, 40'000, 2, 25);
    syn.flags = tcp_flag::kSyn;
    syn.time = now;
    in.state->restart(syn, Side::kA);
    return in;
  }
  bool erase(std::uint32_t n) { return table.erase(key_of(n), hash(n)); }
  std::uint64_t hash(std::uint32_t n) const { return table.hash(key_of(n)); }
  static FlowSettings make(std::uint32_t flows_max) {
    FlowSettings settings;
    settings.flows_max = flows_max;
    return settings;
  }
  FlowTable table;
};

TEST(FlowTable, FindsWhatWasInsertedAndNothingElse) {
  Table t(100);
  t.insert(1).state->set_mail(5);
  ASSERT_NE(t.find(1), nullptr);
  EXPECT_EQ(t.find(1)->session(), 5U);
  EXPECT_EQ(t.find(2), nullptr);
  EXPECT_TRUE(t.erase(1));
  EXPECT_FALSE(t.erase(1));
  EXPECT_EQ(t.find(1), nullptr);
}

// Would catch: a back-shift that parts an entry from its run, or one that is wrong where the table wraps.
TEST(FlowTable, AgreesWithAMapThroughRandomInsertsAndErasures) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    Table t(60, seed);
    std::map<std::uint32_t, std::uint32_t> model;
    std::mt19937 random(static_cast<unsigned>(seed));
    for (std::uint32_t step = 0; step < 3000; ++step) {
      const auto n = static_cast<std::uint32_t>(random() % 100);
      if (model.count(n) != 0) {
        ASSERT_EQ(t.find(n)->session(), model[n]);
        ASSERT_TRUE(t.erase(n));
        model.erase(n);
      } else if (model.size() < 60) {
        ASSERT_EQ(t.find(n), nullptr);
        t.insert(n).state->set_mail(step);
        model[n] = step;
      }
      ASSERT_EQ(t.table.size(), model.size());
    }
    for (const auto& [n, session] : model) ASSERT_EQ(t.find(n)->session(), session);
  }
}

TEST(FlowTable, DoesNotFindAFlowThatIsIdleBeyondItsTimeSweptOrNot) {
  Table t(100);
  t.insert(1, 0);
  EXPECT_NE(t.find(1, 10 * kSecondNs), nullptr);
  EXPECT_EQ(t.find(1, 11 * kSecondNs), nullptr);
  EXPECT_EQ(t.table.size(), 1U);
  t.table.sweep(11 * kSecondNs, t.table.slots());
  EXPECT_EQ(t.table.size(), 0U);
  EXPECT_EQ(t.table.counters().expired.get(), 1U);
}

TEST(FlowTable, SweepsOnlyAsManySlotsAsItIsGivenAndLeavesSessions) {
  Table t(100);
  for (std::uint32_t n = 0; n < 50; ++n) t.insert(n, 0);
  t.find(3)->set_mail(1);
  t.table.sweep(1000 * kSecondNs, 1);
  EXPECT_GE(t.table.size(), 49U);
  t.table.sweep(1000 * kSecondNs, 2 * t.table.slots());
  EXPECT_EQ(t.table.size(), 1U) << "whoever owns the session ends it";
}

TEST(FlowTable, TellsOfTheSessionOfAnExpiredFlowThatIsReplaced) {
  Table t(100);
  t.insert(1, 0).state->set_mail(9);
  EXPECT_EQ(t.find(1, 700 * kSecondNs), nullptr);
  const Inserted in = t.insert(1, 700 * kSecondNs);
  EXPECT_EQ(in.displaced.session, 9U);
  EXPECT_TRUE(in.displaced.expired);
  EXPECT_EQ(t.table.size(), 1U);
}

TEST(FlowTable, StaysWithinItsLimitInAFloodOfSynsAndKeepsTheMail) {
  Table t(2000);  // so few of them mail that sixteen neighbours never are, whatever the seed
  for (std::uint32_t n = 0; n < 50; ++n) t.insert(n, 0).state->set_mail(n);
  for (std::uint32_t n = 1000; n < 20'000; ++n) {
    const Inserted in = t.insert(n, kSecondNs + n);
    ASSERT_EQ(in.displaced.session, kNoSession);
    ASSERT_NE(t.find(n, kSecondNs + n), nullptr);
  }
  EXPECT_EQ(t.table.size(), 2000U);
  EXPECT_EQ(t.table.counters().open.get(), 2000U);
  EXPECT_EQ(t.table.counters().evicted.get(), 19'000U - 1950U);
  for (std::uint32_t n = 0; n < 50; ++n) EXPECT_NE(t.find(n, 2 * kSecondNs), nullptr);
}

TEST(FlowTable, TellsWhichSessionMadeRoomWhenThereIsNothingElse) {
  Table t(1);
  t.insert(1, 0).state->set_mail(4);
  const Inserted in = t.insert(2, kSecondNs);
  EXPECT_EQ(in.displaced.session, 4U);
  EXPECT_FALSE(in.displaced.expired);
  EXPECT_EQ(t.find(1, kSecondNs), nullptr);
  EXPECT_NE(t.find(2, kSecondNs), nullptr);
}

}  // namespace
}  // namespace mailtap
