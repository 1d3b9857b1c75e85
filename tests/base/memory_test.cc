// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <vector>

namespace mailtap {
namespace {

constexpr std::size_t kSmallPage = 4096;
constexpr std::size_t kHugePage = std::size_t{2} << 20;

std::size_t pages_in_core(const Memory& memory) {
  std::vector<unsigned char> core(memory.size() / kSmallPage);
  EXPECT_EQ(::mincore(memory.data(), memory.size(), core.data()), 0);
  return static_cast<std::size_t>(
      std::count_if(core.begin(), core.end(), [](unsigned char page) { return (page & 1) != 0; }));
}

std::size_t misalignment(const Memory& memory, std::size_t unit) {
  return reinterpret_cast<std::uintptr_t>(memory.data()) % unit;
}

bool all_zero(const Memory& memory) {
  const auto* first = static_cast<const std::uint8_t*>(memory.data());
  return std::all_of(first, first + memory.size(), [](std::uint8_t byte) { return byte == 0; });
}

TEST(Memory, IsZeroAndAlignedToAPageWhenSmall) {
  const Memory memory(5000);
  EXPECT_GE(memory.size(), 5000u);
  EXPECT_EQ(misalignment(memory, kSmallPage), 0u);
  EXPECT_TRUE(all_zero(memory));
}

TEST(Memory, IsAlignedToAHugePageWhenAtLeastThatLarge) {
  for (const std::size_t bytes : {kHugePage, kHugePage + 1, 5 * kHugePage - 7}) {
    const Memory memory(bytes);
    EXPECT_GE(memory.size(), bytes);
    EXPECT_EQ(misalignment(memory, kHugePage), 0u);
  }
}

TEST(Memory, CostsNothingUntilItIsTouched) {
  const Memory memory(64 * kHugePage);
  EXPECT_EQ(pages_in_core(memory), 0u);
  static_cast<std::uint8_t*>(memory.data())[3 * kHugePage] = 1;
  EXPECT_GE(pages_in_core(memory), 1u);
  EXPECT_LE(pages_in_core(memory), kHugePage / kSmallPage);
}

TEST(Memory, OfNoBytesIsNothing) {
  const Memory memory(0);
  EXPECT_EQ(memory.data(), nullptr);
  EXPECT_EQ(memory.size(), 0u);
}

TEST(Memory, MovesWithoutMovingTheBytes) {
  Memory first(kSmallPage);
  void* const at = first.data();
  Memory second(std::move(first));
  EXPECT_EQ(second.data(), at);
  Memory third;
  third = std::move(second);
  EXPECT_EQ(third.data(), at);
  EXPECT_EQ(third.size(), kSmallPage);
}

TEST(Memory, ThrowsWhenTheKernelRefuses) { EXPECT_THROW(Memory(std::size_t{1} << 62), std::bad_alloc); }

TEST(ZeroedArray, HoldsObjectsThatAreAllZero) {
  struct Entry {
    std::uint64_t key;
    std::uint32_t value;
  };
  ZeroedArray<Entry> entries(1000);
  ASSERT_EQ(entries.size(), 1000u);
  EXPECT_EQ(entries[999].key, 0u);
  entries[999].value = 5;
  EXPECT_EQ(entries.data()[999].value, 5u);
  EXPECT_EQ(entries[998].value, 0u);
}

}  // namespace
}  // namespace mailtap
