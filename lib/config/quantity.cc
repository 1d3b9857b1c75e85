// SPDX-License-Identifier: Apache-2.0
#include "config/quantity.h"

#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace mailtap {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

// Ascending.
constexpr std::array<Unit, 5> kSizes = {{{"B", 1},
                                         {"KiB", std::int64_t{1} << 10},
                                         {"MiB", std::int64_t{1} << 20},
                                         {"GiB", std::int64_t{1} << 30},
                                         {"TiB", std::int64_t{1} << 40}}};
constexpr std::array<Unit, 7> kDurations = {{{"ns", 1},
                                             {"us", kMicrosecondNs},
                                             {"ms", kMillisecondNs},
                                             {"s", kSecondNs},
                                             {"min", 60 * kSecondNs},
                                             {"h", 3600 * kSecondNs},
                                             {"d", 86'400 * kSecondNs}}};

// Plain digits go without floating point, so that no large number is rounded.
std::optional<std::int64_t> scale(std::string_view digits, std::int64_t factor) {
  std::int64_t whole = 0;
  const char* end = digits.data() + digits.size();
  if (const auto read = std::from_chars(digits.data(), end, whole);
      read.ptr == end && read.ec == std::errc{}) {
    std::int64_t product = 0;
    if (whole < 0 || __builtin_mul_overflow(whole, factor, &product)) return std::nullopt;
    return product;
  }
  double value = 0;
  const auto read = std::from_chars(digits.data(), end, value, std::chars_format::fixed);
  if (read.ptr != end || read.ec != std::errc{}) return std::nullopt;
  value *= static_cast<double>(factor);
  const bool fits = value >= 0 && value < 9.2e18 && value == std::floor(value);
  return fits ? std::optional<std::int64_t>(static_cast<std::int64_t>(value)) : std::nullopt;
}

std::optional<std::int64_t> parse(std::string_view text, std::span<const Unit> units) {
  const std::size_t behind = text.find_last_of("0123456789.");
  if (behind == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(0, behind + 1);
  std::string_view name = text.substr(behind + 1);
  while (name.starts_with(' ')) name.remove_prefix(1);
  for (const Unit& unit : units)
    if (unit.name == name) return scale(digits, unit.factor);
  return std::nullopt;
}

std::string show(std::int64_t value, std::span<const Unit> units) {
  const Unit* best = &units.front();
  for (const Unit& unit : units)
    if (value != 0 && value % unit.factor == 0) best = &unit;
  return std::to_string(value / best->factor) + " " + std::string(best->name);
}

}  // namespace

std::optional<std::int64_t> parse_size(std::string_view text) { return parse(text, kSizes); }

std::optional<DurationNs> parse_duration(std::string_view text) { return parse(text, kDurations); }

std::string show_size(std::int64_t bytes) { return show(bytes, kSizes); }

// Seconds up to an hour: "300 s" is how RFC 5321 and most tools write a timeout.
std::string show_duration(DurationNs duration) {
  const bool seconds = duration < 3600 * kSecondNs;
  if (duration == 0) return "0 s";
  return show(duration, std::span<const Unit>(kDurations).first(seconds ? 4 : 7));
}

}  // namespace mailtap
