// SPDX-License-Identifier: Apache-2.0
// Numbers as a person reads them: "1.3 GiB", "2.4 M". Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>

namespace mailtap {

inline std::string scaled(double value, double step, const char* const* units, std::size_t count) {
  std::size_t unit = 0;
  for (; value >= step && unit + 1 < count; ++unit) value /= step;
  char text[48];
  std::snprintf(text, sizeof text, unit == 0 ? "%.0f%s%s" : "%.1f%s%s", value,
                *units[unit] == '\0' ? "" : " ", units[unit]);
  return text;
}

inline std::string human_bytes(std::uint64_t bytes) {
  static constexpr std::array<const char*, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  return scaled(static_cast<double>(bytes), 1024, kUnits.data(), kUnits.size());
}

inline std::string human_count(double count) {
  static constexpr std::array<const char*, 4> kUnits = {"", "k", "M", "G"};
  return scaled(count, 1000, kUnits.data(), kUnits.size());
}

}  // namespace mailtap
