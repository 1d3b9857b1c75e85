// SPDX-License-Identifier: Apache-2.0
// What must hold for every order, every cut and every mixture of both. The naive model is the dialogue
// itself: who says what after having read how much of the other side.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "dialogue.h"

namespace mailtap {
namespace {

struct Turn {
  Side from;
  std::string text;
};

const std::vector<Turn>& dialogue() {
  static const std::vector<Turn> turns = {
      {Side::kB, "220 hi\r\n"},       {Side::kA, "EHLO x\r\n"},     {Side::kB, "250-x\r\n250 y\r\n"},
      {Side::kA, "MAIL\r\nRCPT\r\n"}, {Side::kB, "250\r\n550\r\n"}, {Side::kA, "QUIT\r\n"},
      {Side::kB, "221\r\n"}};
  return turns;
}

std::string told_of(const std::vector<Turn>& turns) {
  std::string told;
  for (const Turn& turn : turns)
    told += (told.empty() ? "" : " ") + std::string(turn.from == Side::kA ? "a:" : "b:") + turn.text;
  return told;
}

// One segment for each piece of a turn of at most `piece` bytes; each acknowledges all that came before its
// turn. Then both sides close.
std::vector<StreamSegment> segments_of(const Maker& maker, const std::vector<Turn>& turns, std::size_t piece,
                                       std::mt19937* random = nullptr) {
  std::vector<StreamSegment> segments{maker.syn(), maker.syn_ack()};
  std::uint32_t said[2] = {0, 0};
  for (const Turn& turn : turns) {
    const unsigned self = index_of(turn.from);
    const std::string_view text = turn.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = random == nullptr ? piece : 1 + (*random)() % piece;
      const std::string_view part = text.substr(at, size);
      segments.push_back(maker.data(turn.from, said[self], part, said[1 - self]));
      said[self] += static_cast<std::uint32_t>(part.size());
      at += part.size();
    }
  }
  segments.push_back(maker.b(said[1], "", said[0], 0, stream_flag::kFin));
  segments.push_back(maker.a(said[0], "", said[1] + 1, 0, stream_flag::kFin));
  return segments;
}

std::string play(const Maker& maker, const std::vector<StreamSegment>& segments) {
  Stream stream;
  stream.maker = maker;
  for (const StreamSegment& segment : segments) stream << segment;
  EXPECT_EQ(stream.pool.used(), 0U);
  EXPECT_EQ(stream.reassembler.deadline(stream.state), kTimeMax);
  EXPECT_FALSE(stream.listener.time_ran_backwards);
  return stream.text();
}

// Would catch: a wait that compares the wrong direction, a pump that stops after one side, a start that
// trusts the first number.
TEST(StreamProperty, EveryOrderOfArrivalGivesTheSameDialogue) {
  const std::vector<Turn> turns = {
      {Side::kB, "220\r\n"}, {Side::kA, "EHLO\r\n"}, {Side::kB, "250\r\n"}, {Side::kA, "QUIT\r\n"}};
  Maker maker;
  maker.isn_a = 0xffff'fff8;  // wraps on the way
  const std::vector<StreamSegment> segments = segments_of(maker, turns, 100);
  const std::string expected = told_of(turns) + " b. a.";
  std::vector<std::size_t> order(segments.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  PagePool pool(256, 64);
  StreamReassembler reassembler({}, pool, 4);
  do {
    StreamState state;
    Listener listener;
    for (const std::size_t index : order) reassembler.on_segment(state, segments[index], listener);
    ASSERT_EQ(listener.text(), expected) << ::testing::PrintToString(order);
    ASSERT_EQ(pool.used(), 0U);
    reassembler.discard(state);
  } while (std::next_permutation(order.begin(), order.end()));
}

// Would catch: an offset that is off by one, a piece that is told twice or lost at a page's end.
TEST(StreamProperty, EveryCutGivesTheSameDialogue) {
  const std::string expected = told_of(dialogue()) + " b. a.";
  for (std::size_t piece = 1; piece <= 16; ++piece)
    EXPECT_EQ(play({}, segments_of({}, dialogue(), piece)), expected) << piece;
}

// Would catch: an overlap that is settled wrongly, a copy whose acknowledgement is believed instead of the
// first one's, a count that doubles.
TEST(StreamProperty, CutsOrdersAndCopiesAtRandomGiveTheSameDialogue) {
  const std::string expected = told_of(dialogue()) + " b. a.";
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    Maker maker;
    maker.isn_a = static_cast<std::uint32_t>(random());
    maker.isn_b = seed % 2 == 0 ? 0xffff'fff0 : static_cast<std::uint32_t>(random());
    std::vector<StreamSegment> segments = segments_of(maker, dialogue(), 9, &random);
    const std::vector<StreamSegment> again = segments_of(maker, dialogue(), 20, &random);
    for (const StreamSegment& one : again)
      if (random() % 2 == 0) segments.push_back(one);
    std::shuffle(segments.begin(), segments.end(), random);
    ASSERT_EQ(play(maker, segments), expected) << "seed " << seed;
  }
}

// Would catch: a direction that is let through because it came first.
TEST(StreamProperty, OneDirectionAfterTheOtherGivesTheSameDialogue) {
  const std::string expected = told_of(dialogue()) + " b. a.";
  for (const Side first : {Side::kA, Side::kB}) {
    std::vector<StreamSegment> segments = segments_of({}, dialogue(), 7);
    std::stable_partition(segments.begin(), segments.end(),
                          [first](const StreamSegment& one) { return one.from == first; });
    EXPECT_EQ(play({}, segments), expected);
  }
}

// Would catch: a gap of the wrong length or at the wrong place, bytes lost with it, a wait without end.
TEST(StreamProperty, LostSegmentsBecomeGapsOfExactlyTheirBytes) {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    std::mt19937 random(seed);
    std::vector<StreamSegment> segments = segments_of({}, dialogue(), 9, &random);
    std::array<std::string, 2> expected;
    Stream stream;
    TimeNs time = 0;
    for (StreamSegment& one : segments) {
      one.time = time += ms(1);
      const bool lost = !one.payload.empty() && random() % 5 == 0;
      if (lost) expected[index_of(one.from)].append(one.payload.size(), '_');
      if (!lost) expected[index_of(one.from)].append(as_text(one.payload));
      if (!lost) stream << one;
      if (!lost && random() % 4 == 0) stream << one;
    }
    StreamSegment last = Maker{}.b(0, "", 0, time);  // the client's FIN is acknowledged
    last.seq = segments[segments.size() - 2].seq + 1;
    last.ack = segments.back().seq + 1;
    stream << last;
    stream.at(time + 10 * kSecondNs);
    ASSERT_EQ(stream.listener.bytes_of[0], expected[0]) << "seed " << seed << " " << stream.text();
    ASSERT_EQ(stream.listener.bytes_of[1], expected[1]) << "seed " << seed << " " << stream.text();
    ASSERT_TRUE(stream.state.closed()) << "seed " << seed << " " << stream.text();
    ASSERT_EQ(stream.pool.used(), 0U);
    ASSERT_FALSE(stream.listener.time_ran_backwards);
  }
}

// Would catch: a page leaked or freed twice, an endless loop, time that runs backwards, whatever the bytes
// say.
TEST(StreamProperty, GarbageNeverLeaksAPageOrRunsForEver) {
  const std::string text(600, 'x');
  for (unsigned seed = 0; seed < 1000; ++seed) {
    std::mt19937 random(seed);
    TcpSettings settings;
    settings.held_pages_max = 1 + static_cast<std::uint32_t>(random() % 20);
    settings.skew_bytes_max = 1024;
    settings.hole_bytes_max = 2048;
    settings.skew_ns = seed % 7 == 0 ? 0 : ms(50);
    settings.hole_ns = seed % 5 == 0 ? 0 : ms(80);
    if (seed % 2 == 0) settings.overlap = OverlapPolicy::kLast;
    Stream stream(settings, 1 + random() % 16, 64);
    stream.listener.skip_on = &stream.reassembler;
    stream.listener.state = &stream.state;
    if (seed % 3 == 0) stream.listener.calls_until_skip = 1 + random() % 60;
    TimeNs time = 0;
    for (int n = 0; n < 200; ++n) {
      time += static_cast<TimeNs>(random() % 20) * kMillisecondNs;
      const std::string_view payload =
          std::string_view(text).substr(0, random() % 3 == 0 ? random() % 600 : random() % 4);
      StreamSegment one =
          stream.maker.data(random() % 2 == 0 ? Side::kA : Side::kB, random() % 3000, payload,
                            random() % 4 == 0 ? -1 : static_cast<std::int64_t>(random() % 3000), time);
      if (random() % 16 == 0) one.flags |= static_cast<std::uint8_t>(random() % 4);
      if (random() % 200 == 0) one.flags |= stream_flag::kRst;
      if (random() % 8 == 0) one.payload_cut = static_cast<std::uint32_t>(random() % 100);
      if (random() % 30 == 0) one.seq = static_cast<std::uint32_t>(random());
      if (random() % 30 == 0) one.ack = static_cast<std::uint32_t>(random());
      one.checksum = static_cast<StreamChecksum>(random() % 4);
      stream << one;
      ASSERT_EQ(stream.pool.used(), stream.state.pages);
      ASSERT_GE(stream.reassembler.deadline(stream.state), time);
      if (random() % 150 == 0) stream.reassembler.skip(stream.state);
    }
    stream.finish();
    ASSERT_EQ(stream.pool.used(), 0U) << "seed " << seed;
    ASSERT_FALSE(stream.listener.time_ran_backwards) << "seed " << seed;
  }
}

}  // namespace
}  // namespace mailtap
