// SPDX-License-Identifier: Apache-2.0
#include "host/distinct_sketch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <string>

namespace mailtap {
namespace {

std::uint64_t nth(std::uint64_t n, std::string_view where = "example.org") {
  return distinct_hash("<user" + std::to_string(n) + "@" + std::string(where) + ">");
}

double error_of(const DistinctSketch& sketch, double truth) {
  return std::abs(static_cast<double>(sketch.estimate()) - truth) / truth;
}

TEST(DistinctSketch, IsExactWhileItIsSmall) {
  DistinctSketch sketch;
  for (std::uint64_t n = 0; n < DistinctSketch::kExactMax; ++n) {
    EXPECT_EQ(sketch.estimate(), n);
    sketch.add(nth(n));
    sketch.add(nth(n / 2));
  }
  EXPECT_EQ(sketch.estimate(), DistinctSketch::kExactMax);
  EXPECT_TRUE(sketch.exact());
}

TEST(DistinctSketch, ErrsLessThanTwoPercentFromAThousandToHalfAMillion) {
  for (const std::string_view where : {"a.example", "b.example", "c.example"}) {
    DistinctSketch sketch;
    std::uint64_t n = 0;
    for (const std::uint64_t truth : {1'000, 10'000, 40'000, 60'000, 100'000, 500'000}) {
      for (; n < truth; ++n) sketch.add(nth(n, where));
      EXPECT_LT(error_of(sketch, static_cast<double>(truth)), 0.02) << truth << " of " << where;
    }
  }
}

TEST(DistinctSketch, CountsConsecutiveAddressesAsWellAsMailboxes) {
  DistinctSketch sketch;
  for (std::uint32_t n = 0; n < 100'000; ++n) {
    const std::uint8_t four[] = {10, static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
                                 static_cast<std::uint8_t>(n)};
    sketch.add(distinct_hash(IpAddress::from_v4(four)));
  }
  EXPECT_LT(error_of(sketch, 100'000), 0.02);
}

TEST(DistinctSketch, MergesToWhatOneWouldHaveCounted) {
  for (const std::uint64_t size : {100, 400, 5'000}) {
    DistinctSketch whole;
    DistinctSketch left;
    DistinctSketch right;
    for (std::uint64_t n = 0; n < size; ++n) {
      whole.add(nth(n));
      (n % 3 == 0 ? left : right).add(nth(n));
      if (n % 5 == 0) left.add(nth(n));
    }
    left.merge(right);
    EXPECT_EQ(left.estimate(), whole.estimate());
    right.merge(left);
    EXPECT_EQ(right.estimate(), whole.estimate());
  }
}

TEST(DistinctSketch, DoesNotDependOnTheOrder) {
  DistinctSketch up;
  DistinctSketch down;
  for (std::uint64_t n = 0; n < 3'000; ++n) up.add(nth(n));
  for (std::uint64_t n = 3'000; n-- > 0;) down.add(nth(n));
  EXPECT_EQ(up.estimate(), down.estimate());
}

TEST(DistinctHash, TakesAMailboxWithAndWithoutBracketsAndInAnyCaseAsOne) {
  EXPECT_EQ(distinct_hash("<Bob@Example.ORG>"), distinct_hash("bob@example.org"));
  EXPECT_NE(distinct_hash("bob@example.org"), distinct_hash("rob@example.org"));
  EXPECT_NE(distinct_hash("<>"), distinct_hash("<a>"));
}

TEST(DistinctHash, ReadsAMailboxLongerThanItsPieceToTheEnd) {
  const std::string longish(256, 'a');
  EXPECT_NE(distinct_hash(longish + "b"), distinct_hash(longish + "c"));
  EXPECT_NE(distinct_hash(longish + longish), distinct_hash(longish));
}

}  // namespace
}  // namespace mailtap
