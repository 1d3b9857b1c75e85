// SPDX-License-Identifier: Apache-2.0
#include "tcp/recent_bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace mailtap {
namespace {

void hand_on(RecentBytes& recent, StreamState& state, Side from, std::string_view text) {
  state.of(from).next += static_cast<std::uint32_t>(text.size());
  recent.note(state, from, as_bytes(text));
}

TEST(RecentBytes, FindsADifferenceOnlyAmongTheBytesRemembered) {
  RecentBytes recent(8, 1);
  StreamState state;
  state.of(Side::kA).next = 100;
  hand_on(recent, state, Side::kA, "abcdefghijkl");
  EXPECT_FALSE(recent.differs(state, Side::kA, 100, as_bytes("abcdefghijkl")));
  EXPECT_FALSE(recent.differs(state, Side::kA, 100, as_bytes("XXXX")));
  EXPECT_TRUE(recent.differs(state, Side::kA, 103, as_bytes("dX")));
  EXPECT_TRUE(recent.differs(state, Side::kA, 111, as_bytes("XYZ")));
  EXPECT_FALSE(recent.differs(state, Side::kA, 111, as_bytes("lYZ")));
  EXPECT_FALSE(recent.differs(state, Side::kA, 112, as_bytes("X")));
  EXPECT_FALSE(recent.differs(state, Side::kB, 103, as_bytes("dX")));
}

// Against the whole stream kept, with rings of every small size and numbers that wrap. Would catch: a place
// in the ring that is off by one, a comparison beyond either end.
TEST(RecentBytes, AgreesWithAMemoryOfEverything) {
  for (unsigned seed = 0; seed < 500; ++seed) {
    std::mt19937 random(seed);
    const std::uint32_t size = 1 + static_cast<std::uint32_t>(random() % 40);
    RecentBytes recent(size, 1);
    StreamState state;
    const std::uint32_t start = static_cast<std::uint32_t>(0U - random() % 200);
    state.of(Side::kB).next = start;
    std::string all;
    for (int turn = 0; turn < 30; ++turn) {
      std::string more(1 + random() % 50, ' ');
      for (char& c : more) c = static_cast<char>('a' + random() % 3);
      hand_on(recent, state, Side::kB, more);
      all += more;
      const std::size_t at = random() % all.size();
      std::string copy = all.substr(at, 1 + random() % 60);
      if (random() % 2 == 0) copy[random() % copy.size()] = 'X';
      const std::size_t known = all.size() - std::min<std::size_t>(all.size(), RecentBytes::ring_size(size));
      bool expected = false;
      for (std::size_t i = 0; i < copy.size(); ++i)
        expected = expected || (at + i >= known && copy[i] != all[at + i]);
      ASSERT_EQ(recent.differs(state, Side::kB, start + static_cast<std::uint32_t>(at), as_bytes(copy)),
                expected)
          << "seed " << seed << " turn " << turn;
    }
  }
}

TEST(RecentBytes, LeavesNothingOfAConnectionInItsPage) {
  RecentBytes recent(16, 1);
  StreamState state;
  hand_on(recent, state, Side::kA, "canary-7f3a9e");
  state.of(Side::kA).recent = 0;  // as after a gap
  recent.give_back(state);
  StreamState next;
  hand_on(recent, next, Side::kA, "x");
  next.of(Side::kA).recent = 16;  // as if all of the page were known; its first four bytes link free pages
  const std::string zeros(12, '\0');
  EXPECT_FALSE(recent.differs(next, Side::kA, 0U - 12U, as_bytes(zeros)));
}

TEST(RecentBytes, RemembersNothingWhereNoBytesAreAskedFor) {
  EXPECT_EQ(RecentBytes::ring_size(0), 0U);
  RecentBytes recent(0, 4);
  StreamState state;
  hand_on(recent, state, Side::kA, "abc");
  EXPECT_EQ(state.recent, 0U);
  EXPECT_FALSE(recent.differs(state, Side::kA, 0, as_bytes("XYZ")));
}

TEST(RecentBytes, RemembersNothingBeyondItsConnections) {
  RecentBytes recent(16, 1);
  StreamState first;
  StreamState second;
  hand_on(recent, first, Side::kA, "abc");
  hand_on(recent, second, Side::kA, "abc");
  EXPECT_FALSE(recent.differs(second, Side::kA, 0, as_bytes("XYZ")));
  recent.give_back(first);
  hand_on(recent, second, Side::kA, "def");
  EXPECT_TRUE(recent.differs(second, Side::kA, 3, as_bytes("XYZ")));
}

}  // namespace
}  // namespace mailtap
