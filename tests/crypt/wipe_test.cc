// SPDX-License-Identifier: Apache-2.0
#include "crypt/wipe.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <new>

namespace mailtap {
namespace {

TEST(Wipe, ClearsEveryByte) {
  std::array<std::uint8_t, 33> bytes;
  bytes.fill(0xaa);
  wipe(bytes);
  EXPECT_EQ(std::count(bytes.begin(), bytes.end(), 0), 33);
}

TEST(Secret, IsGoneWhenItsScopeEnds) {
  alignas(Secret<64>) std::array<std::uint8_t, sizeof(Secret<64>)> place;
  auto* secret = new (place.data()) Secret<64>;
  std::fill_n(secret->data(), secret->size(), std::uint8_t{0xaa});
  secret->~Secret();
  const volatile std::uint8_t* seen = place.data();
  for (std::size_t i = 0; i < 64; ++i) EXPECT_EQ(seen[i], 0) << i;
}

}  // namespace
}  // namespace mailtap
