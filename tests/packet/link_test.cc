// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "encapsulations.h"

namespace mailtap {
namespace {

const Octets kSnap = Octets{0xaa, 0xaa, 3, 0, 0, 0} + u16(0x0800) + kInner4;

Octets wifi(unsigned type, unsigned flags, unsigned fragment, const Octets& rest) {
  return Octets{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(flags), 0, 0} + Octets(18, 2) +
         Octets{static_cast<std::uint8_t>(fragment), 0} + rest;
}
Drop wifi_drop(const Octets& bytes) { return decoded(bytes, LinkType::kIeee80211).drop; }

TEST(Link, Of80211TellsWhatItCannotRead) {
  EXPECT_EQ(wifi_drop(wifi(0x08, 0x01, 0, kSnap)), Drop::kNone);
  EXPECT_EQ(wifi_drop(wifi(0x08, 0x41, 0, kSnap)), Drop::kProtectedLink);
  EXPECT_EQ(wifi_drop(wifi(0x08, 0x05, 0, kSnap)), Drop::kSplitLink);
  EXPECT_EQ(wifi_drop(wifi(0x08, 0x01, 3, kSnap)), Drop::kSplitLink);
  EXPECT_EQ(wifi_drop(wifi(0x88, 0x01, 0, Octets{0x80, 0} + kSnap)), Drop::kSplitLink);  // A-MSDU
  EXPECT_EQ(wifi_drop(wifi(0x48, 0x01, 0, {})), Drop::kNotIp);                           // no data
  EXPECT_EQ(wifi_drop(wifi(0x80, 0x00, 0, kSnap)), Drop::kNotIp);                        // beacon
  EXPECT_EQ(wifi_drop(wifi(0x08, 0x01, 0, Octets{0x42, 0x42, 3} + Octets(20, 0))), Drop::kNotIp);
}

TEST(Link, OfRadiotapIsJudgedByItsHeader) {
  const Octets frame = wifi(0x08, 0x01, 0, kSnap);
  const auto drop = [&](const Octets& header) { return decoded(header + frame, LinkType::kRadiotap).drop; };
  EXPECT_EQ(drop({0, 0, 9, 0, 2, 0, 0, 0, 0}), Drop::kNone);
  EXPECT_EQ(drop({0, 0, 9, 0, 2, 0, 0, 0, 0x40}), Drop::kBadLink);  // wrong check sequence
  EXPECT_EQ(drop({1, 0, 8, 0, 0, 0, 0, 0}), Drop::kBadLink);
  EXPECT_EQ(drop({0, 0, 7, 0, 0, 0, 0, 0}), Drop::kBadLink);
  EXPECT_EQ(drop({0, 0, 0xff, 0xff, 0, 0, 0, 0}), Drop::kBadLink);
  EXPECT_EQ(drop({0, 0, 12, 0, 0, 0, 0, 0x80, 0xff, 0xff, 0xff, 0xff}), Drop::kNone);  // words without end
}

TEST(Link, OfNflogIsLeftAtALengthThatCannotBe) {
  const auto drop = [](const Octets& values) {
    return decoded(Octets{2, 0, 0, 0} + values, LinkType::kNflog).drop;
  };
  EXPECT_EQ(drop(Octets{0, 0, 9, 0} + kInner4), Drop::kBadLink);
  EXPECT_EQ(drop(Octets{3, 0, 1, 0} + kInner4), Drop::kBadLink);
  EXPECT_EQ(drop(Octets{0xff, 0x7f, 9, 0} + kInner4), Drop::kBadLink);
  EXPECT_EQ(drop(Octets{5, 0, 1, 0, 7}), Drop::kNotIp);
  EXPECT_EQ(drop({}), Drop::kNotIp);
  EXPECT_EQ(decoded({2, 9, 0, 0}, LinkType::kNflog).drop, Drop::kBadLink);
}

TEST(Link, TellsWhatIsNoIp) {
  EXPECT_EQ(decoded(Octets(14, 0) + u16(0x0806) + Octets(28, 0), LinkType::kLinuxSll).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(u16(0x0806) + Octets(46, 0), LinkType::kLinuxSll2).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(Octets(14, 0) + u16(0x000c) + Octets(28, 0), LinkType::kLinuxSll).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(u32(7) + kInner4, LinkType::kLoop).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(u16(0xc021) + Octets(8, 0), LinkType::kPpp).drop, Drop::kNotIp);
}

}  // namespace
}  // namespace mailtap
