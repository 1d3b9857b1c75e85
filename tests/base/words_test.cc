// SPDX-License-Identifier: Apache-2.0
// The small words of lib/base: bytes, check, counter, hash, result, side.
#include <gtest/gtest.h>

#include <array>
#include <bitset>
#include <set>
#include <string>
#include <thread>

#include "base/bytes.h"
#include "base/check.h"
#include "base/counter.h"
#include "base/hash.h"
#include "base/result.h"
#include "base/side.h"

namespace mailtap {
namespace {

TEST(Bytes, LoadsReadNetworkByteOrder) {
  const std::array<std::uint8_t, 9> wire{0xff, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(load_be16(&wire[1]), 0x0102);
  EXPECT_EQ(load_be32(&wire[1]), 0x01020304u);
  EXPECT_EQ(load_be64(&wire[1]), 0x0102030405060708u);
  EXPECT_EQ(load_be16(wire.data()), 0xff01);
}

TEST(Bytes, TextAndBytesAreViewsOfTheSameMemory) {
  const std::string text = "EHLO";
  EXPECT_EQ(as_text(as_bytes(text)), "EHLO");
  EXPECT_EQ(as_text(as_bytes(text)).data(), text.data());
}

TEST(Check, PassesWhatHoldsAndEvaluatesItOnce) {
  int calls = 0;
  MAILTAP_CHECK(++calls == 1);
  EXPECT_EQ(calls, 1);
}

TEST(CheckDeathTest, StopsTheProgramAndNamesFileAndCondition) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const int limit = 3;
  EXPECT_DEATH(MAILTAP_CHECK(limit > 4), "words_test.cc:[0-9]+: broken promise: limit > 4");
}

TEST(Counter, SumsWhatOneWriterAddsWhileOthersRead) {
  Counter counter;
  std::thread writer([&counter] {
    for (int i = 0; i < 100'000; ++i) counter.add(2);
  });
  std::uint64_t before = 0;
  bool went_back = false;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t now = counter.get();
    went_back = went_back || now < before || now % 2 != 0;
    before = now;
  }
  writer.join();
  EXPECT_FALSE(went_back);
  EXPECT_EQ(counter.get(), 200'000u);
}

TEST(Hash, DependsOnEveryByteTheSizeAndTheSeed) {
  const std::string text = "twenty-one bytes here";
  const std::uint64_t whole = hash_bytes(text.data(), text.size(), 1);
  EXPECT_EQ(whole, hash_bytes(text.data(), text.size(), 1));
  EXPECT_NE(whole, hash_bytes(text.data(), text.size(), 2));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_NE(whole, hash_bytes(changed.data(), changed.size(), 1)) << "byte " << i;
    EXPECT_NE(whole, hash_bytes(text.data(), i, 1)) << "size " << i;
  }
}

TEST(Hash, TellsTrailingZeroBytesApart) {
  const std::array<char, 16> zeros{};
  std::set<std::uint64_t> seen;
  for (std::size_t size = 0; size <= zeros.size(); ++size) seen.insert(hash_bytes(zeros.data(), size, 9));
  EXPECT_EQ(seen.size(), zeros.size() + 1);
}

TEST(Hash, SpreadsConsecutiveKeysOverTheLowBits) {
  constexpr std::size_t kBuckets = 1024;
  constexpr std::size_t kKeys = 64 * kBuckets;
  std::array<int, kBuckets> filled{};
  for (std::uint64_t key = 0; key < kKeys; ++key) ++filled[hash_bytes(&key, sizeof key, 0x1234) % kBuckets];
  // 64 a bucket on average, a standard deviation of 8: seven of them are never reached by chance.
  for (const int n : filled) EXPECT_NEAR(n, 64, 56);
}

TEST(Hash, OneBitOfTheKeyTurnsAboutHalfOfTheResult) {
  std::size_t turned = 0;
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t change = mix_hash(42, 7) ^ mix_hash(42 ^ (std::uint64_t{1} << bit), 7);
    turned += std::bitset<64>(change).count();
  }
  EXPECT_NEAR(static_cast<double>(turned) / 64, 32, 4);
}

Result<int> parse_digit(char c) {
  if (c < '0' || c > '9') return Failure{"not a digit"};
  return c - '0';
}

TEST(Result, HoldsAValueOrAReason) {
  EXPECT_TRUE(parse_digit('7').ok());
  EXPECT_EQ(parse_digit('7').value(), 7);
  EXPECT_FALSE(parse_digit('x').ok());
  EXPECT_EQ(parse_digit('x').reason(), "not a digit");
}

TEST(Result, TellsAReasonFromAValueOfTheSameType) {
  const Result<std::string> failed = Failure{"why"};
  const Result<std::string> fine = std::string("why");
  EXPECT_FALSE(failed.ok());
  EXPECT_TRUE(fine.ok());
}

TEST(ResultDeathTest, StopsWhoTakesAValueThatIsNotThere) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  Result<int> failed = parse_digit('x');
  EXPECT_DEATH(static_cast<void>(failed.value()), "broken promise");
  const Status fine;
  EXPECT_DEATH(static_cast<void>(fine.reason()), "broken promise");
}

TEST(Status, IsFineUntilItHoldsAFailure) {
  EXPECT_TRUE(Status().ok());
  const Status failed = parse_digit('x').failure();
  EXPECT_FALSE(failed.ok());
  EXPECT_EQ(failed.reason(), "not a digit");
}

TEST(Side, TheOtherOfTheOtherIsItself) {
  EXPECT_EQ(other(Side::kA), Side::kB);
  EXPECT_EQ(other(other(Side::kA)), Side::kA);
  EXPECT_EQ(other(Role::kServer), Role::kClient);
  EXPECT_NE(index_of(Role::kServer), index_of(Role::kClient));
}

}  // namespace
}  // namespace mailtap
