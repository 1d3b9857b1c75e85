// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "gzip_bytes.h"
#include "pcap_bytes.h"
#include "pcapng_bytes.h"
#include "seen_frames.h"

namespace mailtap {
namespace {

using Gzip = CaptureFolder;

std::string some_capture(std::size_t records) {
  std::mt19937 random(11);
  PcapBytes file;
  file.header();
  for (std::size_t i = 0; i < records; ++i) {
    std::string bytes(random() % 1500, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    file.record(static_cast<std::uint32_t>(i), 0, bytes);
  }
  return file.content;
}

TEST_F(Gzip, IsKnownByItsContentAndGivesTheSameFrames) {
  const std::string content = some_capture(300);
  const std::vector<Seen> expected = drain(*opened({write("plain.gz", content)}));
  ASSERT_EQ(expected.size(), 300U);
  const std::string packed = gzip(content);
  for (const std::uint32_t block : {4096U, 4097U, 262144U}) {
    const auto source = opened({write("packed.pcap", packed)}, {block, 2});
    EXPECT_EQ(drain(*source, 7), expected);
    EXPECT_EQ(source->counters().bytes_read, packed.size());
    EXPECT_EQ(source->counters().bytes_total, packed.size());
  }
}

TEST_F(Gzip, MayHaveManyMembersCutAnywhereAndZerosBehindThem) {
  const std::string content = some_capture(40);
  const std::vector<Seen> expected = drain(*opened({write("plain", content)}));
  for (const std::size_t cut : {std::size_t{1}, std::size_t{3}, std::size_t{30}, content.size() / 2}) {
    const std::string packed =
        gzip(content.substr(0, cut)) + gzip("") + gzip(content.substr(cut)) + std::string(700, '\0');
    const auto source = opened({write("packed", packed)});
    EXPECT_EQ(drain(*source), expected) << cut;
    EXPECT_STREQ(source->failure(), "");
  }
}

TEST_F(Gzip, ThatEndsEarlyIsToldWhereverItEnds) {
  const std::string content = PcapBytes{}.header().record(1, 0, "first").record(2, 0, "second").content;
  const std::string packed = gzip(content);
  for (std::size_t size = 2; size < packed.size(); ++size) {
    const std::string path = write("cut", packed.substr(0, size));
    const auto source = open_captures({path}, {4096, 2});
    const std::string why = path + ": offset " + std::to_string(size) +
                            " of the compressed bytes: the compressed data ends early";
    if (source.ok()) {
      drain(*source.value());
      EXPECT_EQ(source.value()->failure(), why);
    } else {
      EXPECT_EQ(source.reason(), why);
    }
  }
}

// The member's last eight bytes: its check sum and its length.
TEST_F(Gzip, ThatLiesIsToldAfterItsFrames) {
  const std::string content = some_capture(5);
  for (const std::size_t back : {8U, 4U, 1U}) {
    std::string packed = gzip(content);
    packed[packed.size() - back] ^= 1;
    const auto source = opened({write("lie", packed)});
    EXPECT_EQ(drain(*source).size(), 5U);
    const std::string why = back > 4 ? "incorrect data check" : "incorrect length check";
    EXPECT_TRUE(std::string(source->failure()).ends_with(" of the compressed bytes: " + why))
        << source->failure();
  }
}

TEST_F(Gzip, IsFollowedByNothingElse) {
  const auto source = opened({write("tail", gzip(some_capture(5)) + "tail")});
  EXPECT_EQ(drain(*source).size(), 5U);
  EXPECT_NE(std::string(source->failure()).find("behind the compressed data is not gzip"), std::string::npos);
}

TEST_F(Gzip, WithOneByteFlippedGivesItsFramesOrIsTold) {
  const std::string content = some_capture(3);
  const std::string packed = gzip(content);
  const std::vector<Seen> expected = drain(*opened({write("plain", content)}));
  std::size_t told = 0, tried = 0;
  for (std::size_t at = 0; at < packed.size(); at += at < 12 ? 1 : 41) {
    std::string flipped = packed;
    flipped[at] ^= 0x10;
    const auto source = open_captures({write("flipped", flipped)}, {4096, 2});
    ++tried;
    told += !source.ok() || drain(*source.value()) != expected || *source.value()->failure() != '\0';
    if (source.ok() && *source.value()->failure() == '\0') {
      EXPECT_EQ(drain(*opened({folder_ + "/flipped"})), expected) << at;
    }
  }
  EXPECT_GT(told, tried / 2);
}

// A thousand to one: 16 MiB of one block that is passed over.
TEST_F(Gzip, OfALotOfNothingIsReadInTheSameBlocks) {
  PcapngBytes file;
  file.section().interface().block(77, std::string(std::size_t{16} << 20, '\0')).packet(1, "behind");
  const std::string packed = gzip(file.content);
  EXPECT_LT(packed.size(), std::size_t{1} << 16);
  const auto source = opened({write("bomb", packed)}, {4096, 2});
  EXPECT_EQ(drain(*source).size(), 1U);
  EXPECT_STREQ(source->failure(), "");
}

TEST_F(Gzip, OfNothingIsAnEmptyFile) {
  const std::string path = write("nothing", gzip(""));
  EXPECT_EQ(open_capture(path).reason(), path + ": offset 0: empty file");
}

}  // namespace
}  // namespace mailtap
