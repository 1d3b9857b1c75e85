// SPDX-License-Identifier: Apache-2.0
// Numbers of a file whose writer's byte order may not be ours. Loads do not check bounds; the caller has
// compared sizes before. Any thread.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace mailtap {

// `swapped`: the writer's order is not ours.
template <typename Number>
Number load_file_order(const std::uint8_t* at, bool swapped) {
  static_assert(std::is_unsigned_v<Number> && sizeof(Number) >= 2 && sizeof(Number) <= 8);
  Number value = 0;
  std::memcpy(&value, at, sizeof value);
  if (!swapped) return value;
  if constexpr (sizeof(Number) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(Number) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(Number) == 8) return __builtin_bswap64(value);
}

}  // namespace mailtap
