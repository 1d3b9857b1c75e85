// SPDX-License-Identifier: Apache-2.0
#include "config/quantity.h"

#include <gtest/gtest.h>

#include <random>

namespace mailtap {
namespace {

TEST(Quantity, ReadsSizesInBinaryUnits) {
  EXPECT_EQ(parse_size("256 MiB"), std::int64_t{256} << 20);
  EXPECT_EQ(parse_size("4KiB"), 4096);
  EXPECT_EQ(parse_size("1.5 GiB"), std::int64_t{3} << 29);
  EXPECT_EQ(parse_size("0 B"), 0);
}

TEST(Quantity, RefusesWhatIsNoSize) {
  for (const char* text : {"", "MiB", "256", "256 MB", "-1 KiB", "1 KiB ", "0.3 B", "1 KiB 2",
                           "9223372036854775807 KiB", "1e3 B", "nan B", "1..2 KiB"})
    EXPECT_FALSE(parse_size(text).has_value()) << text;
}

TEST(Quantity, ReadsDurations) {
  EXPECT_EQ(parse_duration("50 ms"), 50 * kMillisecondNs);
  EXPECT_EQ(parse_duration("300 s"), 300 * kSecondNs);
  EXPECT_EQ(parse_duration("1.5s"), 1'500 * kMillisecondNs);
  EXPECT_EQ(parse_duration("2 h"), 7'200 * kSecondNs);
  EXPECT_FALSE(parse_duration("50").has_value());
  EXPECT_FALSE(parse_duration("5 sec").has_value());
}

TEST(Quantity, IsShownInTheLargestUnitThatFits) {
  EXPECT_EQ(show_size(std::int64_t{256} << 20), "256 MiB");
  EXPECT_EQ(show_size(1025), "1025 B");
  EXPECT_EQ(show_size(0), "0 B");
  EXPECT_EQ(show_duration(300 * kSecondNs), "300 s");
  EXPECT_EQ(show_duration(7'200 * kSecondNs), "2 h");
  EXPECT_EQ(show_duration(0), "0 s");
}

TEST(Quantity, WhatIsShownIsReadBack) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 5000; ++i) {
    const auto value = static_cast<std::int64_t>((random() >> 1) >> random() % 63);
    ASSERT_EQ(parse_size(show_size(value)), value);
    ASSERT_EQ(parse_duration(show_duration(value)), value);
  }
}

}  // namespace
}  // namespace mailtap
