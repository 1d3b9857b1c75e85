// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "frame_builder.h"
#include "packet/decode.h"

namespace mailtap {
namespace {

std::uint16_t naive_sum(const Octets& bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

Octets pseudo_header(bool six, const Octets& segment) {
  const Octets ends = six ? kClient6 + kServer6 : kClient4 + kServer4;
  return ends + u32(static_cast<std::uint32_t>(segment.size())) + u32(6);
}

void put_checksum(Octets& segment, unsigned value) {
  segment[16] = static_cast<std::uint8_t>(value >> 8);
  segment[17] = static_cast<std::uint8_t>(value);
}

Octets right(bool six, Octets segment) {
  put_checksum(segment, 0xffffU & ~naive_sum(pseudo_header(six, segment) + segment));
  return segment;
}

Octets packet(bool six, const Octets& segment) {
  return six ? ethernet(0x86dd, ipv6(segment)) : ethernet(0x0800, ipv4(segment));
}

ChecksumVerdict verdict(const Octets& bytes) { return verify_checksum(decoded(bytes).segment); }

TEST(Checksum, IsGoodAtEveryLengthInBothVersions) {
  for (const bool six : {false, true})
    for (std::size_t size = 0; size < 200; ++size)
      ASSERT_EQ(verdict(packet(six, right(six, tcp(Octets(size, 0xa7))))), ChecksumVerdict::kGood)
          << six << size;
}

TEST(Checksum, IsBadWhenAnyBitIsTurned) {
  for (const bool six : {false, true}) {
    const Octets good = packet(six, right(six, tcp(text("RCPT TO:<a@b>\r\n"))));
    for (std::size_t bit = (good.size() - 35) * 8; bit < good.size() * 8; ++bit) {
      if (bit / 8 == good.size() - 35 + 12 && bit % 8 >= 4) continue;  // the header's length: another segment
      Octets bad = good;
      bad[bit / 8] = static_cast<std::uint8_t>(bad[bit / 8] ^ (1U << bit % 8));
      ASSERT_EQ(verdict(bad), ChecksumVerdict::kBad) << six << " " << bit;
    }
  }
}

TEST(Checksum, KnowsTheBareSumOfThePseudoHeader) {
  for (const bool six : {false, true}) {
    Octets segment = tcp(text("250 ok\r\n"));
    put_checksum(segment, naive_sum(pseudo_header(six, segment)));
    EXPECT_EQ(verdict(packet(six, segment)), ChecksumVerdict::kPseudo);
  }
}

TEST(Checksum, LeavesThePaddingOut) {
  Octets bytes = packet(false, right(false, tcp(text("x"))));
  bytes = bytes + Octets(5, 0xff);
  EXPECT_EQ(verdict(bytes), ChecksumVerdict::kGood);
}

TEST(Checksum, IsUnknownOfACutSegment) {
  const Octets bytes = packet(false, right(false, tcp(text("0123456789"))));
  Frame frame = frame_of(bytes);
  frame.captured -= 1;
  TcpSegment segment;
  ASSERT_EQ(decode(frame, segment), Drop::kNone);
  EXPECT_EQ(verify_checksum(segment), ChecksumVerdict::kUnknown);
  EXPECT_EQ(verify_checksum(TcpSegment{}), ChecksumVerdict::kUnknown);
}

}  // namespace
}  // namespace mailtap
