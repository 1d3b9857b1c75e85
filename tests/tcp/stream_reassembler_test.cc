// SPDX-License-Identifier: Apache-2.0
#include "tcp/stream_reassembler.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "dialogue.h"

namespace mailtap {
namespace {

constexpr std::uint8_t kFin = stream_flag::kFin;
constexpr std::uint8_t kRst = stream_flag::kRst;

class Opened : public ::testing::Test {
 protected:
  Opened() { s.shake_hands(); }
  ~Opened() override {
    EXPECT_FALSE(s.listener.time_ran_backwards);
    s.reassembler.discard(s.state);
    EXPECT_EQ(s.pool.used(), 0U);
    EXPECT_EQ(s.state.pages, 0U);
  }
  Stream s;
  Maker& m = s.maker;
};

using StreamReassemblerTest = Opened;

TEST_F(StreamReassemblerTest, HandsInOrderBytesOnAsAViewIntoTheFrame) {
  const std::string_view text = "220 hi\r\n";
  s << m.b(0, text, 0);
  EXPECT_EQ(s.text(), "b:220 hi\r\n");
  EXPECT_EQ(static_cast<const void*>(s.listener.last.data()), static_cast<const void*>(text.data()));
  EXPECT_EQ(s.pool.used(), 0U);
  EXPECT_EQ(s.reassembler.deadline(s.state), kTimeMax);
}

TEST_F(StreamReassemblerTest, PutsSwappedSegmentsInOrder) {
  s << m.a(3, "DEF", 0) << m.a(0, "ABC", 0);
  EXPECT_EQ(s.text(), "a:ABCDEF");
}

TEST_F(StreamReassemblerTest, NeverTellsAReplyBeforeItsCommand) {
  s << m.b(0, "250", 4, ms(1));
  EXPECT_EQ(s.text(), "");
  s << m.a(0, "EHLO", 0, ms(2));
  EXPECT_EQ(s.text(), "a:EHLO b:250");
}

TEST_F(StreamReassemblerTest, TellsARetransmissionThatAcknowledgesItsOwnAnswerBeforeThatAnswer) {
  s << m.b(0, "250", 4, ms(1)) << m.a(0, "EHLO", 3, ms(2));
  EXPECT_EQ(s.text(), "a:EHLO b:250") << "at once: each waits for the other";
}

TEST_F(StreamReassemblerTest, LetsACopyThatAcknowledgesLessGoFirstAndItsNeighboursWait) {
  s << m.a(0, "1111", 0, ms(1)) << m.b(2, "CDEF", 8, ms(2)) << m.b(0, "ABCD", 4, ms(3))
    << m.a(4, "2222", 4, ms(4));
  EXPECT_EQ(s.text(), "a:1111 b:ABCD a:2222 b:EF");
  EXPECT_EQ(s.pool.used(), 0U);
}

TEST_F(StreamReassemblerTest, NeverHoldsAPureAck) {
  s << m.b(0, "", 4, ms(1));
  EXPECT_EQ(s.pool.used(), 0U);
  EXPECT_EQ(s.reassembler.deadline(s.state), ms(51)) << "but it shows that four bytes are missing";
}

TEST_F(StreamReassemblerTest, GivesUpAHoleTheReceiverAcknowledgedAfterTheBoundWithItsLength) {
  s << m.a(4, "EFGH", 0, ms(1)) << m.b(0, "", 8, ms(5));
  s.at(ms(55) - 1);
  EXPECT_EQ(s.text(), "");
  s.at(ms(700));
  EXPECT_EQ(s.text(), "a~4 a:EFGH");
  EXPECT_EQ(s.listener.time, ms(55)) << "the deadline's time, not the caller's";
  EXPECT_EQ(s.reassembler.counters().gap_bytes.get(), 4U);
  EXPECT_EQ(s.reassembler.counters().holes_given_up.get(), 1U);
}

TEST_F(StreamReassemblerTest, DoesWhatIsDueBeforeTheNextSegment) {
  s << m.a(4, "EFGH", 0, ms(1)) << m.b(0, "", 8, ms(5)) << m.a(0, "ABCD", 0, ms(60));
  EXPECT_EQ(s.text(), "a~4 a:EFGH") << "the hole's bytes came too late";
}

TEST_F(StreamReassemblerTest, GivesUpAHoleNobodyAcknowledgedAfterALongerBound) {
  s << m.a(4, "EFGH", 0, ms(1));
  s.at(ms(2000));
  EXPECT_EQ(s.text(), "");
  s.at(ms(2001));
  EXPECT_EQ(s.text(), "a~4 a:EFGH");
}

TEST_F(StreamReassemblerTest, TellsTheReplyAfterTheGapOfACommandThatWasLost) {
  s << m.b(0, "250", 4, ms(1));
  s.at(ms(51));
  EXPECT_EQ(s.text(), "a~4 b:250");
}

TEST_F(StreamReassemblerTest, WaitsNoMoreForASideThatDidNotSpeakUntilItDoes) {
  s << m.b(0, "one", 4, ms(1));
  s.at(ms(51));
  EXPECT_TRUE(s.state.one_sided());
  s << m.b(3, "two", 9, ms(60));
  EXPECT_EQ(s.pool.used(), 0U);
  EXPECT_EQ(s.listener.bytes_of[0], "_________");
  EXPECT_EQ(s.listener.bytes_of[1], "onetwo");
  s << m.a(9, "back", 6, ms(61)) << m.b(6, "x", 20, ms(62));
  EXPECT_FALSE(s.state.one_sided());
  EXPECT_EQ(s.listener.bytes_of[1], "onetwo") << "waits again";
  EXPECT_EQ(s.reassembler.counters().one_sided_flows.get(), 1U);
}

TEST_F(StreamReassemblerTest, GivesUpWhenMoreWaitsThanTheBoundAllows) {
  TcpSettings settings;
  settings.skew_bytes_max = 8;
  Stream t(settings);
  t.shake_hands();
  t << m.b(0, "12345678", 4, ms(1));
  EXPECT_EQ(t.text(), "");
  t << m.b(8, "9", 4, ms(1));
  EXPECT_EQ(t.text(), "a~4 b:123456789");
  t.reassembler.discard(t.state);
}

TEST_F(StreamReassemblerTest, GivesUpTheOldestHoleWhenThePoolIsEmpty) {
  Stream t({}, 2);
  t.shake_hands();
  t << m.a(2, "C", 0) << m.a(4, "E", 0) << m.a(6, "G", 0);
  EXPECT_EQ(t.text(), "a~2 a:C");
  t << m.a(3, "D", 0) << m.a(5, "F", 0);
  EXPECT_EQ(t.text(), "a~2 a:CDEFG");
  EXPECT_EQ(t.reassembler.counters().no_page.get(), 1U);
  EXPECT_EQ(t.pool.used(), 0U);
}

TEST_F(StreamReassemblerTest, LosesNothingThatIsInOrderWhenOthersHaveEveryPage) {
  Stream t({}, 1);
  t.pool.take();
  t.shake_hands();
  t << m.a(0, "AB", 0) << m.a(4, "EF", 0) << m.a(6, "GH", 0);
  EXPECT_EQ(t.text(), "a:AB a~2 a:EFGH");
}

TEST_F(StreamReassemblerTest, CutsALargeSegmentIntoPages) {
  const std::string large(1000, 'x');
  s << m.a(3, large, 0) << m.a(0, "abc", 0);
  EXPECT_EQ(s.text(), "a:abc" + large);
}

TEST_F(StreamReassemblerTest, ChangesNothingWhenEveryPacketComesTwice) {
  Stream t;
  for (const StreamSegment& one :
       {m.syn(), m.syn_ack(), m.a(0, "", 0), m.b(0, "220", 0), m.a(0, "QUIT", 3), m.b(3, "221", 4),
        m.b(6, "", 4, 0, kFin), m.a(4, "", 7, 0, kFin), m.b(7, "", 5)})
    t << one << one;
  EXPECT_EQ(t.text(), "b:220 a:QUIT b:221 b. a.");
  EXPECT_EQ(t.state.bytes(Side::kA), 4U);
  EXPECT_EQ(t.state.bytes(Side::kB), 6U);
  EXPECT_TRUE(t.state.closed());
}

TEST_F(StreamReassemblerTest, FollowsNumbersThatWrap) {
  Stream t;
  t.maker = {0xffff'fffd, 0xffff'ffff};
  t.shake_hands();
  t << t.maker.b(0, "220", 0) << t.maker.a(4, "efg", 3) << t.maker.a(0, "abcd", 3) << t.maker.b(3, "250", 7);
  EXPECT_EQ(t.text(), "b:220 a:abcdefg b:250");
}

TEST_F(StreamReassemblerTest, TakesDataOnTheSyn) {
  Stream t;
  StreamSegment syn = m.syn();
  syn.payload = as_bytes("fast");
  t << syn << m.syn_ack() << m.a(4, "er", 0);
  EXPECT_EQ(t.text(), "a:faster");
}

TEST_F(StreamReassemblerTest, TakesDataOnTheFin) {
  s << m.a(0, "bye", 0, 0, kFin);
  EXPECT_EQ(s.text(), "a:bye a.");
  EXPECT_EQ(s.state.bytes(Side::kA), 3U);
}

TEST_F(StreamReassemblerTest, HoldsAFinForTheBytesBeforeIt) {
  s << m.a(3, "", 0, 0, kFin);
  EXPECT_EQ(s.text(), "");
  s << m.a(0, "bye", 0);
  EXPECT_EQ(s.text(), "a:bye a.");
}

TEST_F(StreamReassemblerTest, HoldsAFinForTheOtherSidesBytes) {
  s << m.b(0, "", 3, 0, kFin) << m.a(0, "bye", 0);
  EXPECT_EQ(s.text(), "a:bye b.");
}

TEST_F(StreamReassemblerTest, IgnoresAFinThatTheStreamGoesPast) {
  s << m.a(3, "", 0, 0, kFin) << m.a(0, "abcdef", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
  EXPECT_EQ(s.reassembler.counters().fins_ignored.get(), 1U);
}

TEST_F(StreamReassemblerTest, IgnoresAFinBeyondTheWindow) {
  s << m.a(70'000, "", 0, 0, kFin);
  EXPECT_EQ(s.reassembler.counters().fins_ignored.get(), 1U);
  EXPECT_EQ(s.pool.used(), 0U);
}

TEST_F(StreamReassemblerTest, BelievesAnExactReset) {
  s << m.a(0, "abc", 0) << m.a(3, "", 0, 0, kRst) << m.a(3, "more", 0);
  EXPECT_EQ(s.text(), "a:abc a!");
}

TEST_F(StreamReassemblerTest, IgnoresAResetOutOfTheWindow) {
  s << m.a(0, "abc", 0) << m.a(200'000, "", 0, 0, kRst) << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
  EXPECT_EQ(s.reassembler.counters().resets_ignored.get(), 1U);
}

TEST_F(StreamReassemblerTest, IgnoresAResetInTheWindowThatTheStreamGoesPast) {
  s << m.a(0, "abc", 0) << m.a(4, "", 0, 0, kRst) << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
  EXPECT_EQ(s.reassembler.counters().resets_ignored.get(), 1U);
}

TEST_F(StreamReassemblerTest, HoldsAResetForTheBytesBeforeIt) {
  s << m.a(3, "", 0, 0, kRst) << m.a(0, "abc", 0);
  EXPECT_EQ(s.text(), "a:abc a!");
}

TEST_F(StreamReassemblerTest, BelievesTheResetOfARefusedConnection) {
  Stream t;
  StreamSegment refused = m.b(0, "", 0, 0, kRst);
  refused.seq = 0;
  t << m.syn() << refused;
  EXPECT_EQ(t.text(), "b!");
}

TEST_F(StreamReassemblerTest, TakesKeepAlivesForNothing) {
  s << m.a(0, "abc", 0) << m.b(0, "x", 3) << m.a(2, std::string_view("\0", 1), 1) << m.a(2, "", 1)
    << m.b(1, "", 3) << m.a(3, "d", 1);
  EXPECT_EQ(s.text(), "a:abc b:x a:d");
}

TEST_F(StreamReassemblerTest, TakesAWindowProbeForTheByteItIs) {
  s << m.a(0, "abc", 0) << m.a(3, "d", 0) << m.b(0, "", 3) << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
}

TEST_F(StreamReassemblerTest, SettlesEqualOverlapsWithoutAWord) {
  s << m.a(4, "efgh", 0) << m.a(2, "cdef", 0) << m.a(6, "ghij", 0) << m.a(0, "abcd", 0) << m.a(1, "bc", 0);
  EXPECT_EQ(s.text(), "a:abcdefghij");
}

TEST_F(StreamReassemblerTest, KeepsTheFirstCopyWhereTwoDifferAndTells) {
  s << m.a(3, "def", 0) << m.a(2, "cXXXg", 0) << m.a(0, "ab", 0);
  EXPECT_EQ(s.text(), "a? a:abcdefg");
  EXPECT_EQ(s.reassembler.counters().conflicts.get(), 1U);
}

TEST_F(StreamReassemblerTest, KeepsTheLastCopyWhereTheSettingSaysSo) {
  TcpSettings settings;
  settings.overlap = OverlapPolicy::kLast;
  Stream t(settings);
  t.shake_hands();
  t << m.a(3, "def", 0) << m.a(2, "cXXXg", 0) << m.a(0, "ab", 0);
  EXPECT_EQ(t.text(), "a? a:abcXXXg");
}

TEST_F(StreamReassemblerTest, ComparesInOrderBytesWithHeldOnes) {
  s << m.a(3, "def", 0) << m.a(0, "abcXX", 0);
  EXPECT_EQ(s.text(), "a? a:abcdef");
}

TEST_F(StreamReassemblerTest, TellsCutBytesAsAGapAtTheirPlace) {
  StreamSegment cut = m.a(0, "ab", 0);
  cut.payload_cut = 3;
  s << cut << m.a(5, "fg", 0);
  EXPECT_EQ(s.text(), "a:ab a~3 a:fg");
}

TEST_F(StreamReassemblerTest, FillsCutBytesThatWaitFromAnotherCopy) {
  StreamSegment cut = m.a(2, "c", 0);
  cut.payload_cut = 3;
  s << cut << m.a(3, "de", 0) << m.a(0, "ab", 0) << m.a(6, "g", 0);
  EXPECT_EQ(s.text(), "a:abcde a~1 a:g");
}

TEST_F(StreamReassemblerTest, StartsInMidStreamWithTheLowestNumberOfTheFirstMoments) {
  Stream t;
  t << m.a(103, "DEF", 50, ms(0)) << m.a(100, "ABC", 50, ms(1)) << m.b(50, "ok", 106, ms(2));
  EXPECT_EQ(t.text(), "");
  t.at(ms(60));
  EXPECT_EQ(t.text(), "a:ABCDEF b:ok");
  EXPECT_TRUE(t.state.midstream(Side::kA));
}

TEST_F(StreamReassemblerTest, StartsInMidStreamWithoutTheKeepAlivesByte) {
  Stream t;
  t << m.a(99, std::string_view("\0", 1), 50, ms(0)) << m.a(100, "ABC", 50, ms(1));
  t.at(ms(200));
  EXPECT_EQ(t.text(), "a:ABC");
}

TEST_F(StreamReassemblerTest, ReadsAConnectionOfWhichOnlyOneDirectionIsSeen) {
  Stream t;
  t << m.syn() << m.a(0, "", 0) << m.a(0, "EHLO", 20, ms(1));
  t.at(ms(51));
  t << m.a(4, "QUIT", 30, ms(80)) << m.a(8, "", 40, ms(90), kFin);
  EXPECT_EQ(t.text(), "b~20 a:EHLO b~10 a:QUIT b~10 a.");
  EXPECT_TRUE(t.state.one_sided());
}

TEST_F(StreamReassemblerTest, IgnoresNumbersOfAnotherConnection) {
  s << m.a(0, "abc", 0) << m.a(1'000'000'000, "late", 0) << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
  EXPECT_EQ(s.reassembler.counters().strays.get(), 1U);
}

TEST_F(StreamReassemblerTest, FollowsAStreamThatWentOnElsewhere) {
  s << m.a(0, "abc", 0);
  for (std::uint32_t n = 0; n < 5; ++n) {
    const StreamSegment one = m.a(1'000'000'000 + 3 * n, "xyz", 0);
    s << one << one;
  }
  EXPECT_EQ(s.text(), "a:abc a~1000000006 a:xyzxyz");
}

TEST_F(StreamReassemblerTest, PrefersAGoodCopyToABadOne) {
  StreamSegment good = m.a(0, "abc", 0);
  good.checksum = StreamChecksum::kGood;
  StreamSegment bad = m.a(3, "dXf", 0);
  bad.checksum = StreamChecksum::kBad;
  s << good << bad;
  EXPECT_EQ(s.text(), "a:abc");
  s << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef");
}

TEST_F(StreamReassemblerTest, UsesABadSegmentThatTheReceiverAcknowledged) {
  StreamSegment good = m.a(0, "abc", 0);
  good.checksum = StreamChecksum::kGood;
  StreamSegment bad = m.a(3, "dXf", 0);
  bad.checksum = StreamChecksum::kBad;
  s << good << bad << m.b(0, "", 6, ms(1));
  s.at(ms(51));
  EXPECT_EQ(s.text(), "a:abcdXf");
  EXPECT_EQ(s.reassembler.counters().bad_checksums_used.get(), 1U);
}

TEST_F(StreamReassemblerTest, DropsABadSegmentThatNobodyAcknowledged) {
  StreamSegment good = m.a(0, "abc", 0);
  good.checksum = StreamChecksum::kGood;
  StreamSegment bad = m.a(3, "dXf", 0);
  bad.checksum = StreamChecksum::kBad;
  s << good << bad << m.a(6, "ghi", 0);
  s.at(ms(4100));
  EXPECT_EQ(s.text(), "a:abc a~3 a:ghi");
  EXPECT_EQ(s.reassembler.counters().bad_checksums_dropped.get(), 1U);
}

TEST_F(StreamReassemblerTest, ReplacesABadFinByAGoodOneAndKeepsWhatWaitsBehindIt) {
  StreamSegment good = m.a(0, "abc", 0);
  good.checksum = StreamChecksum::kGood;
  StreamSegment bad = m.a(6, "", 0, 0, kFin);
  bad.checksum = StreamChecksum::kBad;
  s << good << m.a(8, "x", 0) << bad << m.a(6, "", 0, 0, kFin) << m.a(3, "def", 0);
  EXPECT_EQ(s.text(), "a:abcdef a.");
}

TEST_F(StreamReassemblerTest, TellsACopyThatDiffersFromWhatWasHandedOn) {
  s << m.b(0, "250 ok\r\n", 0) << m.b(0, "550 no\r\n", 0) << m.b(0, "250 ok\r\n", 0);
  EXPECT_EQ(s.text(), "b:250 ok\r\n b?");
}

TEST_F(StreamReassemblerTest, TellsACopyThatDiffersInPartAndReadsItsNewBytes) {
  s << m.a(0, "MAIL FROM:", 0) << m.a(5, "TO:<a>", 0);
  EXPECT_EQ(s.text(), "a:MAIL FROM: a? a:>");
}

TEST_F(StreamReassemblerTest, TakesNoKeepAliveForAnotherCopy) {
  s << m.a(0, "NOOP\r\n", 0) << m.a(5, "\0", 0) << m.a(5, "x", 0);
  EXPECT_EQ(s.text(), "a:NOOP\r\n");
}

TEST_F(StreamReassemblerTest, ComparesNothingAcrossAGapWithWhatWasBeforeIt) {
  s << m.a(0, "abc", 0) << m.a(6, "ghi", 0) << m.b(0, "x", 9);
  s.finish();
  s << m.a(0, "XYZ", 1);
  EXPECT_EQ(s.text().find('?'), std::string::npos);
}

TEST_F(StreamReassemblerTest, BelievesAnySumWhileADirectionHasShownNoGoodOne) {
  StreamSegment bad = m.a(0, "abc", 0);
  bad.checksum = StreamChecksum::kBad;
  s << bad;
  EXPECT_EQ(s.text(), "a:abc");
}

TEST_F(StreamReassemblerTest, CountsBytesAndTellsTheEndAfterASkip) {
  s.listener.skip_on = &s.reassembler;
  s.listener.state = &s.state;
  s.listener.skip_text = "STARTTLS";
  s << m.a(12, "held", 0) << m.a(0, "STARTTLS", 0) << m.a(8, "more", 0) << m.b(0, "tls", 16)
    << m.a(20, "z", 3);
  EXPECT_EQ(s.pool.used(), 0U);
  s << m.a(21, "", 3, 0, kFin) << m.b(3, "", 22, 0, kRst);
  EXPECT_EQ(s.text(), "a:STARTTLS a. b!");
  EXPECT_EQ(s.state.bytes(Side::kA), 21U);
  EXPECT_EQ(s.state.bytes(Side::kB), 3U);
}

TEST_F(StreamReassemblerTest, TellsAFinThatWaitedWhenTheCallThatSkippedEnds) {
  s.listener.skip_on = &s.reassembler;
  s.listener.state = &s.state;
  s.listener.skip_text = "STARTTLS";
  s << m.b(3, "", 10, 0, kFin) << m.a(10, "", 3, 0, kFin) << m.a(0, "STARTTLS\r\n", 0);
  EXPECT_EQ(s.text(), "a:STARTTLS\r\n a. b.");
  EXPECT_TRUE(s.state.closed());
  EXPECT_EQ(s.state.bytes(Side::kB), 3U);
}

// What the other side must have said is told in front of what waits, and that may be what ends the reading:
// then what waited is gone.
TEST_F(StreamReassemblerTest, EndsTheReadingInTheTellingOfAGapBeforeWhatWaits) {
  for (const std::uint8_t flags : {std::uint8_t{0}, kFin, kRst}) {
    Stream t;
    t.shake_hands();
    t.listener.skip_on = &t.reassembler;
    t.listener.state = &t.state;
    t << m.a(0, "STARTTLS\r\n", 0) << m.b(0, "220 go\r\n", 10);
    t.listener.calls_until_skip = 1;
    t << m.b(8, flags == 0 ? "tls" : "", 40, ms(1), flags);
    t.at(ms(60));
    t.finish();
    EXPECT_EQ(t.listener.told[2], "a~30");
    EXPECT_EQ(t.pool.used(), 0U);
    EXPECT_EQ(t.state.over, flags == kRst);
    EXPECT_EQ(t.state.of(Side::kB).is(stream_mark::kFinDone), flags == kFin);
    EXPECT_EQ(t.state.bytes(Side::kB), flags == 0 ? 11U : 8U);
  }
}

TEST_F(StreamReassemblerTest, UsesBytesOfAWrongSumThatTheReceiverHasTakenAtTheEndOfInputToo) {
  StreamSegment good = m.a(0, "abc", 0);
  good.checksum = StreamChecksum::kGood;
  StreamSegment bad = m.a(3, "def", 0, ms(1));
  bad.checksum = StreamChecksum::kBad;
  StreamSegment fin = m.a(6, "", 0, ms(2), kFin);
  fin.checksum = StreamChecksum::kBad;
  s << good << bad << fin << m.b(0, "250", 7, ms(3));
  s.finish();
  EXPECT_EQ(s.text(), "a:abcdef a. b:250");
  EXPECT_EQ(s.reassembler.counters().bad_checksums_used.get(), 1U);
}

// After the skip a session's last segments come in every order, some twice: 6 places, 720 orders.
TEST_F(StreamReassemblerTest, CountsExactlyWhateverTheOrderOfTheLastSegmentsAfterASkip) {
  const std::vector<StreamSegment> last = {
      m.a(10, "tls", 0),       m.b(0, "answer", 13), m.a(13, "", 6, 0, kFin),
      m.b(6, "", 14, 0, kFin), m.a(14, "", 7),       m.b(0, "answer", 13),
  };
  std::vector<std::size_t> order = {0, 1, 2, 3, 4, 5};
  do {
    Stream t;
    t.shake_hands();
    t.listener.skip_on = &t.reassembler;
    t.listener.state = &t.state;
    t.listener.skip_text = "STARTTLS";
    t << m.a(0, "STARTTLS\r\n", 0);
    for (const std::size_t i : order) t << last[i];
    t.finish();
    ASSERT_TRUE(t.state.closed());
    ASSERT_EQ(t.state.bytes(Side::kA), 13U);
    ASSERT_EQ(t.state.bytes(Side::kB), 6U);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(StreamReassemblerTest, HandsOnWhatWaitsAtTheEndOfInput) {
  s << m.a(4, "EFGH", 0) << m.b(0, "250", 12);
  s.finish();
  EXPECT_EQ(s.listener.bytes_of[0], "____EFGH____");
  EXPECT_EQ(s.listener.bytes_of[1], "250");
  EXPECT_EQ(s.pool.used(), 0U);
}

TEST_F(StreamReassemblerTest, TakesASecondSynAckForTheFirst) {
  Stream t;
  t << m.syn() << m.syn() << m.syn_ack() << m.syn_ack() << m.a(0, "", 0) << m.syn_ack() << m.b(0, "220", 0);
  EXPECT_EQ(t.text(), "b:220");
}

}  // namespace
}  // namespace mailtap
