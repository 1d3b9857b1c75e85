// SPDX-License-Identifier: Apache-2.0
#include "packet/internet_sum.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace mailtap {
namespace {

std::uint16_t naive(Bytes bytes) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] * 256U : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::vector<std::uint8_t> noise(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

// RFC 1071 section 3.
TEST(InternetSum, MeetsTheExampleOfRfc1071) {
  InternetSum sum;
  sum.add(std::vector<std::uint8_t>{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7});
  EXPECT_EQ(sum.folded(), 0xddf2);
}

TEST(InternetSum, AgreesWithThePlainSumAtEveryLengthAndPlace) {
  const std::vector<std::uint8_t> bytes = noise(400, 1);
  for (std::size_t at = 0; at < 4; ++at)
    for (std::size_t size = 0; size + at <= bytes.size(); ++size) {
      const Bytes part = Bytes(bytes).subspan(at, size);
      InternetSum sum;
      sum.add(part);
      ASSERT_EQ(sum.folded(), naive(part)) << at << " " << size;
    }
}

TEST(InternetSum, DoesNotMindHowItsBytesAreCut) {
  const std::vector<std::uint8_t> bytes = noise(300, 2);
  std::mt19937 random(3);
  for (int round = 0; round < 500; ++round) {
    InternetSum sum;
    for (Bytes left(bytes); !left.empty();) {
      const std::size_t size = std::min<std::size_t>(left.size(), random() % 70);
      sum.add(left.first(size));
      left = left.subspan(size);
    }
    ASSERT_EQ(sum.folded(), naive(bytes));
  }
}

TEST(InternetSum, CarriesOverTheLargestSegment) {
  const std::vector<std::uint8_t> bytes(std::size_t{1} << 20, 0xff);
  InternetSum sum;
  sum.add(bytes);
  EXPECT_EQ(sum.folded(), 0xffff);
}

}  // namespace
}  // namespace mailtap
