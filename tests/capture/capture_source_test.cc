// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_source.h"

#include <gtest/gtest.h>

#include <array>
#include <deque>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "pcap_bytes.h"
#include "seen_frames.h"

namespace mailtap {
namespace {

using CaptureSourceTest = CaptureFolder;

TEST_F(CaptureSourceTest, ReadsBothByteOrdersAndBothUnits) {
  for (const bool big : {false, true})
    for (const bool nano : {false, true}) {
      PcapBytes file{big, nano};
      file.header().record(1700000000, 123456, "first").record(1700000001, 7, "second", 100);
      const auto source = opened({write("a.pcap", file.content)});
      const TimeNs unit = nano ? 1 : 1000;
      const std::vector<Seen> expected = {{"first", 1700000000 * kSecondNs + 123456 * unit, 5},
                                          {"second", 1700000001 * kSecondNs + 7 * unit, 100}};
      EXPECT_EQ(drain(*source), expected) << big << nano;
      EXPECT_STREQ(source->failure(), "");
      EXPECT_EQ(source->counters().bytes_read, file.content.size());
      EXPECT_EQ(source->counters().bytes_total, file.content.size());
      EXPECT_EQ(source->counters().frames, 2U);
      EXPECT_EQ(source->counters().bytes, 105U);
    }
}

TEST_F(CaptureSourceTest, EndsAndStaysEnded) {
  PcapBytes file;
  const auto source = opened({write("a.pcap", file.header().content)});
  std::array<Frame, 4> frames;
  for (int i = 0; i < 3; ++i) EXPECT_EQ(source->receive(frames).state, SourceState::kEnded);
}

TEST_F(CaptureSourceTest, TellsTheLinkTypeOfItsFrames) {
  const std::vector<std::pair<std::uint32_t, LinkType>> links = {
      {0, LinkType::kNull},       {1, LinkType::kEthernet},   {9, LinkType::kPpp},
      {12, LinkType::kRawIp},     {14, LinkType::kRawIp},     {50, LinkType::kPpp},
      {51, LinkType::kPppoe},     {101, LinkType::kRawIp},    {105, LinkType::kIeee80211},
      {108, LinkType::kLoop},     {113, LinkType::kLinuxSll}, {127, LinkType::kRadiotap},
      {228, LinkType::kRawIp},    {229, LinkType::kRawIp},    {239, LinkType::kNflog},
      {276, LinkType::kLinuxSll2}};
  for (const auto& [number, link] : links) {
    PcapBytes file;
    const auto source = opened({write("a.pcap", file.header(number).record(1, 0, "x").content)});
    std::array<Frame, 1> frames;
    ASSERT_EQ(source->receive(frames).count, 1U);
    EXPECT_EQ(frames[0].link, link) << number;
    source->release(frames);
  }
}

TEST_F(CaptureSourceTest, CutsTheCheckSequenceThatTheHeaderTellsOf) {
  PcapBytes file;
  file.header(0x24000001)
      .record(1, 0, "12345678")
      .record(2, 0, "123456", 8)
      .record(3, 0, "1", 9)
      .record(4, 0, "1");
  const std::vector<Seen> expected = {{"1234", 1 * kSecondNs, 4},
                                      {"1234", 2 * kSecondNs, 4},
                                      {"1", 3 * kSecondNs, 5},
                                      {"", 4 * kSecondNs, 0}};
  EXPECT_EQ(drain(*opened({write("a.pcap", file.content)})), expected);
}

TEST_F(CaptureSourceTest, HoldsTimeThatRunsBackwardsAndCounts) {
  PcapBytes file;
  file.header().record(10, 0, "a").record(9, 0, "b").record(10, 5, "c").record(10, 4, "d");
  const auto source = opened({write("a.pcap", file.content)});
  std::vector<TimeNs> times;
  for (const Seen& s : drain(*source)) times.push_back(s.time);
  const TimeNs ten = 10 * kSecondNs;
  EXPECT_EQ(times, (std::vector<TimeNs>{ten, ten, ten + 5000, ten + 5000}));
  EXPECT_EQ(source->counters().time_clamped, 2U);
}

TEST_F(CaptureSourceTest, TakesARecordLongerThanItsFrameAtItsSizeAndCounts) {
  PcapBytes file;
  file.header().record(1, 0, "long", 2).record(2, 0, "next");
  const auto source = opened({write("a.pcap", file.content)});
  const std::vector<Seen> all = drain(*source);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].on_wire, 4U);
  EXPECT_EQ(all[1].bytes, "next");
  EXPECT_EQ(source->counters().length_raised, 1U);
}

TEST_F(CaptureSourceTest, HoldsAWildFractionInsideItsSecond) {
  PcapBytes file;
  const auto source = opened({write("a.pcap", file.header().record(1, 0xffffffff, "x").content)});
  EXPECT_EQ(drain(*source).at(0).time, 1 * kSecondNs + 999'999'000);
}

std::vector<Seen> random_records(PcapBytes& file, unsigned seed, std::size_t n, std::size_t size_max) {
  std::mt19937 random(seed);
  std::vector<Seen> all;
  for (std::size_t i = 0; i < n; ++i) {
    std::string bytes(random() % size_max, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    file.record(static_cast<std::uint32_t>(i), 0, bytes);
    all.push_back({bytes, static_cast<TimeNs>(i) * kSecondNs, static_cast<std::uint32_t>(bytes.size())});
  }
  return all;
}

TEST_F(CaptureSourceTest, GivesTheSameFramesHoweverItsBlocksCutThem) {
  PcapBytes file;
  file.header();
  const std::vector<Seen> expected = random_records(file, 5, 300, 3000);
  const std::string path = write("a.pcap", file.content);
  for (const std::uint32_t block : {4096U, 4097U, 5000U, 65536U, 262144U})
    for (const std::size_t burst : {1U, 7U, 64U})
      ASSERT_EQ(drain(*opened({path}, {block, 2}), burst), expected) << block << " " << burst;
}

TEST_F(CaptureSourceTest, ReadsRecordsMuchLargerThanABlock) {
  PcapBytes file;
  file.header()
      .record(1, 0, std::string(262144, 'a'))
      .record(2, 0, "b")
      .record(3, 0, std::string(200000, 'c'));
  const std::vector<Seen> all = drain(*opened({write("a.pcap", file.content)}, {4096, 2}));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].bytes, std::string(262144, 'a'));
  EXPECT_EQ(all[1].bytes, "b");
  EXPECT_EQ(all[2].bytes, std::string(200000, 'c'));
}

TEST_F(CaptureSourceTest, LeavesLentFramesAsTheyAreWhateverIsReadMeanwhile) {
  PcapBytes file;
  file.header();
  const std::vector<Seen> expected = random_records(file, 6, 2000, 900);
  const auto source = opened({write("a.pcap", file.content)}, {8192, 40});
  std::mt19937 random(9);
  std::deque<Frame> lent;
  std::vector<Seen> all;
  std::array<Frame, 16> frames;
  for (SourceState state = SourceState::kMore; state == SourceState::kMore;) {
    const Receipt receipt = source->receive(frames);
    state = receipt.state;
    lent.insert(lent.end(), frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(receipt.count));
    const bool starved = receipt.count == 0;
    while (!lent.empty() && (starved || random() % 17 != 0 || lent.size() > 300)) {
      all.push_back(seen(lent.front()));
      source->release({&lent.front(), 1});
      lent.pop_front();
    }
  }
  EXPECT_EQ(all, expected);
}

TEST_F(CaptureSourceTest, HandsOutNothingWhileAllItsBlocksAreLent) {
  PcapBytes file;
  file.header();
  const std::vector<Seen> expected = random_records(file, 7, 100, 2000);
  const auto source = opened({write("a.pcap", file.content)}, {4096, 2});
  std::vector<Frame> lent;
  std::array<Frame, 64> frames;
  Receipt receipt;
  do {
    receipt = source->receive(frames);
    lent.insert(lent.end(), frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(receipt.count));
  } while (receipt.count > 0);
  EXPECT_EQ(receipt.state, SourceState::kMore);
  EXPECT_LT(lent.size(), 100U);
  std::vector<Seen> all;
  for (const Frame& frame : lent) all.push_back(seen(frame));
  source->release(lent);
  for (const Seen& s : drain(*source)) all.push_back(s);
  EXPECT_EQ(all, expected);
}

TEST_F(CaptureSourceTest, StaysInOneBlockWhileFramesComeBackAtOnce) {
  PcapBytes file;
  file.header();
  random_records(file, 8, 500, 1500);
  const auto source = opened({write("a.pcap", file.content)}, {8192, 8});
  std::array<Frame, 32> frames;
  const void* block = nullptr;
  for (;;) {
    const Receipt receipt = source->receive(frames);
    if (receipt.state != SourceState::kMore) break;
    for (std::size_t i = 0; i < receipt.count; ++i) {
      if (block == nullptr) block = frames[i].owner;
      ASSERT_EQ(frames[i].owner, block);
    }
    source->release({frames.data(), receipt.count});
  }
}

TEST_F(CaptureSourceTest, ReadsWhatElseThereIsWhenAFileIsMissing) {
  PcapBytes one;
  const auto source = opened({write("1", one.header().record(5, 0, "a").content), folder_ + "/missing"});
  EXPECT_EQ(drain(*source).size(), 1U);
  EXPECT_EQ(std::string(source->failure()), folder_ + "/missing: No such file or directory");
}

TEST_F(CaptureSourceTest, NoticesAFileThatGoesAwayBeforeItsTurn) {
  const std::string early = write("1", PcapBytes{}.header().record(5, 0, "a").content);
  const std::string late = write("2", PcapBytes{}.header().record(6, 0, "b").content);
  const auto source = opened({late, early});
  std::filesystem::remove(late);
  EXPECT_EQ(drain(*source).size(), 1U);
  EXPECT_EQ(std::string(source->failure()), late + ": No such file or directory");
}

}  // namespace
}  // namespace mailtap
