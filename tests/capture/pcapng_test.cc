// SPDX-License-Identifier: Apache-2.0
#include "capture/pcapng_format.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "pcap_bytes.h"
#include "pcapng_bytes.h"
#include "seen_frames.h"

namespace mailtap {
namespace {

using PcapngTest = CaptureFolder;

constexpr std::uint64_t kSecond = 1'700'000'000;

TEST_F(PcapngTest, ReadsEveryKindOfPacketInBothByteOrders) {
  for (const bool big : {false, true}) {
    PcapngBytes file{big};
    file.section().interface().packet(kSecond * 1'000'000 + 5, "first", 0, 90, file.option(1, "a comment"));
    file.obsolete_packet(kSecond * 1'000'000 + 6, "second").simple_packet("third!");
    const auto source = opened({write("a", file.content)});
    const TimeNs second = static_cast<TimeNs>(kSecond) * kSecondNs;
    const std::vector<Seen> expected = {
        {"first", second + 5000, 90}, {"second", second + 6000, 6}, {"third!", second + 6000, 6}};
    EXPECT_EQ(drain(*source), expected) << big;
    EXPECT_STREQ(source->failure(), "");
    EXPECT_EQ(source->counters().bytes_read, file.content.size());
  }
}

TimeNs time_in_unit(unsigned unit, std::uint64_t ticks) {
  PcapngBytes file;
  file.section().resolution(unit).packet(ticks, "x");
  PcapngWalk walk;
  std::string_view left = file.content;
  for (;;) {
    const PcapngWalk::Find find = walk.find(as_bytes(left));
    if (find == PcapngWalk::Find::kPacket) return walk.packet().time;
    if (find != PcapngWalk::Find::kPass) return -1;
    left.remove_prefix(walk.size());
  }
}

TEST(PcapngWalk, KnowsUnitsOfTimeInPowersOfTenAndOfTwo) {
  EXPECT_EQ(time_in_unit(0, 3), 3 * kSecondNs);
  EXPECT_EQ(time_in_unit(3, 3), 3'000'000);
  EXPECT_EQ(time_in_unit(6, 3), 3'000);
  EXPECT_EQ(time_in_unit(9, 3), 3);
  EXPECT_EQ(time_in_unit(12, 3'999), 3);
  EXPECT_EQ(time_in_unit(19, 30'000'000'001), 3);
  EXPECT_EQ(time_in_unit(28, ~std::uint64_t{0}), 1);
  EXPECT_EQ(time_in_unit(29, ~std::uint64_t{0}), 0);
  EXPECT_EQ(time_in_unit(127, ~std::uint64_t{0}), 0);
  EXPECT_EQ(time_in_unit(0x80, 3), 3 * kSecondNs);
  EXPECT_EQ(time_in_unit(0x81, 3), 1'500'000'000);
  EXPECT_EQ(time_in_unit(0x80 + 32, 1ULL << 31), kSecondNs / 2);
  EXPECT_EQ(time_in_unit(0x80 + 63, ~std::uint64_t{0}), 1'999'999'999);
  EXPECT_EQ(time_in_unit(0xff, ~std::uint64_t{0}), 0);
}

TEST(PcapngWalk, HoldsTimesWithinThoseOfPcap) {
  for (const unsigned unit : {0U, 1U, 6U, 9U, 0x80U})
    EXPECT_EQ(time_in_unit(unit, ~std::uint64_t{0}), kCaptureTimeMax) << unit;
}

TEST_F(PcapngTest, AddsTheTimeOffsetOfAnInterface) {
  for (const bool big : {false, true}) {
    PcapngBytes file{big};
    const std::string back = file.number(static_cast<std::uint64_t>(-5), 8);
    const std::string far = file.number(static_cast<std::uint64_t>(-50), 8);
    file.section().interface(1, file.option(14, file.number(10, 8)));
    file.interface(1, file.option(14, back)).interface(1, file.option(14, far));
    file.packet(7'000'000, "a", 2).packet(20'000'000, "b", 1).packet(7'000'000, "c", 0);
    const auto source = opened({write("a", file.content)});
    EXPECT_EQ(drain(*source),
              (std::vector<Seen>{{"a", 0, 1}, {"b", 15 * kSecondNs, 1}, {"c", 17 * kSecondNs, 1}}));
    EXPECT_EQ(source->counters().time_clamped, 1U) << "the one before 1970";
  }
}

TEST_F(PcapngTest, TakesLinkAndNumberFromTheInterfaceOfItsSection) {
  PcapngBytes little, big{true};
  little.section().interface(101).interface(147).interface(1);
  little.packet(1, "raw", 0).packet(2, "unknown", 1).packet(3, "ether", 2);
  big.section().interface(276).packet(4, "sll2", 0);
  const auto source = opened({write("a", little.content + big.content)});
  std::array<Frame, 8> frames;
  std::vector<std::pair<LinkType, unsigned>> links;
  for (;;) {
    const Receipt receipt = source->receive(frames);
    if (receipt.state != SourceState::kMore) break;
    for (std::size_t i = 0; i < receipt.count; ++i) links.emplace_back(frames[i].link, frames[i].port);
    source->release({frames.data(), receipt.count});
  }
  EXPECT_EQ(links, (std::vector<std::pair<LinkType, unsigned>>{{LinkType::kRawIp, 0},
                                                               {LinkType::kUnknown, 1},
                                                               {LinkType::kEthernet, 2},
                                                               {LinkType::kLinuxSll2, 0}}));
  EXPECT_STREQ(source->failure(), "");
}

TEST_F(PcapngTest, GivesFramesOfMoreInterfacesThanItKnowsAsUnknown) {
  PcapngBytes file;
  file.section();
  for (std::size_t i = 0; i < kPcapngInterfacesMax + 2; ++i) file.interface();
  file.packet(1, "last", kPcapngInterfacesMax - 1).packet(2, "beyond", kPcapngInterfacesMax + 1);
  const auto source = opened({write("a", file.content)});
  std::array<Frame, 8> frames;
  Receipt receipt;
  while (receipt.count == 0 && receipt.state == SourceState::kMore) receipt = source->receive(frames);
  ASSERT_EQ(receipt.count, 2U);
  EXPECT_EQ(frames[0].link, LinkType::kEthernet);
  EXPECT_EQ(frames[1].link, LinkType::kUnknown);
  EXPECT_EQ(frames[1].port, kPcapngInterfacesMax);
  source->release({frames.data(), 2});
}

TEST_F(PcapngTest, CutsASimplePacketAtTheSnaplenAndTheCheckSequence) {
  PcapngBytes file;
  file.section().interface(1, file.option(13, std::string(1, 32)), 8);
  file.simple_packet("12345678", 100).packet(1, "abcdefgh", 0, 8).packet(2, "abcdef", 0, 8).packet(3, "ab");
  const auto source = opened({write("a", file.content)});
  EXPECT_EQ(drain(*source),
            (std::vector<Seen>{{"12345678", 0, 96}, {"abcd", 1000, 4}, {"abcd", 2000, 4}, {"", 3000, 0}}));
}

TEST_F(PcapngTest, PassesOverBlocksItDoesNotKnowHoweverLong) {
  PcapngBytes file;
  file.section().block(0xbad, "").interface();
  for (const std::size_t size : {4U, 4080U, 70'000U, 5'000'000U})
    file.block(0x8000'0001, std::string(size, 'j'));
  file.packet(1, "behind");
  for (const std::uint32_t block : {4096U, 4099U, 262144U}) {
    const auto source = opened({write("a", file.content)}, {block, 2});
    EXPECT_EQ(drain(*source), (std::vector<Seen>{{"behind", 1000, 6}}));
    EXPECT_STREQ(source->failure(), "");
  }
}

TEST_F(PcapngTest, TakesOptionsOfAPacketUpToItsLimit) {
  PcapngBytes file;
  file.section().interface().packet(1, std::string(256 * 1024, 'x'), 0, -1,
                                    file.option(1, std::string(65'000, 'c')));
  EXPECT_EQ(drain(*opened({write("a", file.content)}, {4096, 2})).size(), 1U);
}

TEST_F(PcapngTest, EndsOptionsOfAnInterfaceWhereTheyAreBroken) {
  PcapngBytes file;
  file.section().interface(1, file.u16(9) + file.u16(0xffff) + "\x09");
  file.interface(1, file.option(9, "") + file.option(9, "\x09\x09") + file.option(14, "abc"));
  file.packet(1, "a", 0).packet(2, "b", 1);
  EXPECT_EQ(drain(*opened({write("a", file.content)})), (std::vector<Seen>{{"a", 1000, 1}, {"b", 2000, 1}}));
}

// What is told about one sound packet and this behind it.
struct Told {
  std::size_t frames = 0;
  std::string why;
};

class PcapngDamage : public CaptureFolder {
 protected:
  Told told(const PcapngBytes& head, const std::string& damage) const {
    const std::string path = write("damaged", head.content + damage);
    const auto source = opened({path}, {4096, 2});
    Told told;
    told.frames = drain(*source).size();
    const std::string place = path + ": offset " + std::to_string(head.content.size()) + ": ";
    told.why = source->failure();
    if (told.why.starts_with(place)) told.why.erase(0, place.size());
    return told;
  }
};

// What stands behind a sound packet, and what is told about it.
std::vector<std::pair<std::string, std::string>> damages(bool big) {
  const PcapngBytes b{big};
  const std::string at = b.u32(0) + b.u32(1);
  const auto block = [big](std::uint32_t type, const std::string& body) {
    return PcapngBytes{big}.block(type, body).content;
  };
  return {
      {b.u32(6) + b.u32(0) + at + at, "block length 0"},
      {b.u32(77) + b.u32(8) + at + at, "block length 8"},
      {b.u32(77) + b.u32(13) + at + at, "block length 13"},
      {b.u32(6) + b.u32(0xffff'fffc) + at + at, "block length 4294967292 exceeds 327680"},
      {b.u32(1) + b.u32(0x10'0000) + at + at, "block length 1048576 exceeds 327680"},
      {b.u32(77) + b.u32(0xffff'fffc) + at + at, "block of 4294967292 bytes runs beyond the end of the file"},
      {b.u32(77) + b.u32(16) + "body" + b.u32(20), "block length 16, but 20 at its end"},
      {b.u32(3) + b.u32(20) + b.u32(4) + "body" + b.u32(0), "block length 20, but 0 at its end"},
      {block(6, b.u32(0) + at + b.u32(1)), "block length 28 is too short for its type"},
      {block(3, ""), "block length 12 is too short for its type"},
      {block(1, b.u32(1)), "block length 16 is too short for its type"},
      {block(6, b.u32(0) + at + b.u32(9) + b.u32(9) + "12345678"), "packet of 9 bytes in a block of 40"},
      {block(6, b.u32(0) + at + b.u32(0xffff'fff0) + b.u32(9) + "1234"),
       "packet length 4294967280 exceeds 262144"},
      {block(0x0a0d0d0a, b.u32(0x1a2b3c4d) + b.u16(2) + b.u16(0) + at), "unknown pcapng version 2"},
      {block(0x0a0d0d0a, b.u32(0x1a2b3c4e) + b.u16(1) + b.u16(0) + at), "section without a byte order"},
      {block(0x0a0d0d0a, b.u32(0x1a2b3c4d)), "block length 16"},
      {PcapngBytes{!big}.section().content + b.u32(6), "block header is cut by the end of the file"},
  };
}

TEST_F(PcapngDamage, IsToldWithItsReasonAfterEverythingBeforeIt) {
  for (const bool big : {false, true}) {
    PcapngBytes head{big};
    head.section().interface().packet(1, "sound");
    for (const auto& [damage, why] : damages(big)) {
      const Told result = told(head, damage);
      EXPECT_EQ(result.frames, 1U) << why;
      // Behind a new section the offset is another one.
      EXPECT_TRUE(result.why == why || result.why.ends_with(": " + why))
          << result.why << " instead of " << why;
    }
  }
}

// Link types of what is read, and the failure without the path.
struct Strays {
  std::vector<LinkType> links;
  std::vector<TimeNs> times;
  std::string why;
};

Strays strays_of(const std::string& path) {
  const auto source = opened({path}, {4096, 2});
  Strays strays;
  std::array<Frame, 3> frames;
  for (Receipt receipt; receipt.state == SourceState::kMore;) {
    receipt = source->receive(frames);
    for (std::size_t i = 0; i < receipt.count; ++i) {
      strays.links.push_back(frames[i].link);
      strays.times.push_back(frames[i].time);
    }
    source->release({frames.data(), receipt.count});
  }
  strays.why = source->failure();
  if (strays.why.starts_with(path + ": ")) strays.why.erase(0, path.size() + 2);
  return strays;
}

TEST_F(PcapngDamage, OfAnInterfaceLeavesThePacketsBehindIt) {
  for (const bool big : {false, true}) {
    PcapngBytes file{big};
    file.section().interface().packet(1, "sound");
    const std::string place = "offset " + std::to_string(file.content.size());
    file.packet(~std::uint64_t{0}, "far", 1).packet(0, "farther", 0xffff'ffff).packet(2, "sound");
    file.block(2, file.u16(7) + file.u16(0) + file.u32(0) + file.u32(9) + file.u32(1) + file.u32(1) + "x");
    file.packet(3, "sound");
    const Strays strays = strays_of(write("strays", file.content));
    const auto sound = LinkType::kEthernet, stray = LinkType::kUnknown;
    EXPECT_EQ(strays.links, (std::vector<LinkType>{sound, stray, stray, sound, stray, sound}));
    EXPECT_EQ(strays.times, (std::vector<TimeNs>{1000, 1000, 1000, 2000, 2000, 3000}));
    EXPECT_EQ(strays.why, place + ": interface 1 of 1, packets passed over: 3");
    const std::size_t whole = file.content.size();
    EXPECT_EQ(strays_of(write("cut", file.content + "cut")).why,
              place + ": interface 1 of 1, packets passed over: 3; offset " + std::to_string(whole) +
                  ": block header is cut by the end of the file");
  }
}

TEST_F(PcapngDamage, OfTheFirstInterfaceIsToldOnceThoughTheFileIsOpenedTwice) {
  PcapngBytes file;
  file.section().interface().packet(1, "stray", 4).packet(2, "sound");
  const std::string path = write("a", file.content), none = write("b", "");
  const auto source = opened({path, none});
  EXPECT_EQ(drain(*source).size(), 2U);
  EXPECT_EQ(source->failure(), path + ": offset 48: interface 4 of 1, packets passed over: 1; " + none +
                                   ": offset 0: empty file");
}

TEST_F(PcapngDamage, ForgetsInterfacesWithTheirSection) {
  PcapngBytes head;
  head.section().interface().packet(1, "sound").section();
  const std::string why = "interface 0 of 0, packets passed over: 1";
  EXPECT_EQ(told(head, PcapngBytes{}.packet(2, "x").content).why, why);
  EXPECT_EQ(told(head, PcapngBytes{}.simple_packet("x").content).why, why);
}

TEST_F(PcapngDamage, OfEveryLengthGivesTheWholePacketsInFrontOfIt) {
  for (const bool big : {false, true}) {
    PcapngBytes file{big};
    std::vector<std::size_t> ends;
    file.section();
    const std::size_t start = file.content.size();
    file.resolution(9);
    for (const char* bytes : {"first", "second one", ""}) {
      file.packet(1, bytes, 0, 70, file.option(1, "comment"));
      ends.push_back(file.content.size());
      file.block(5, "statistics");
    }
    const std::string path = write("cut", file.content);
    for (std::size_t size = file.content.size(); size >= start; --size) {
      std::filesystem::resize_file(path, size);
      const auto source = opened({path}, {4096, 2});
      std::size_t whole = 0;
      for (const std::size_t end : ends) whole += end <= size;
      ASSERT_EQ(drain(*source).size(), whole) << size;
    }
    for (std::size_t size = 4; size < 12; ++size)
      EXPECT_EQ(drain(*opened({write("cut", file.content.substr(0, size))})).size(), 0U);
  }
}

}  // namespace
}  // namespace mailtap
