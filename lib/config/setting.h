// SPDX-License-Identifier: Apache-2.0
// One setting: its key, what it means, its bounds, and where its value lies in a Config. Declared once, in
// setting_table.cc; loading, checking, the shipped file and its comments all follow from the declaration.
// Set-up only.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "config/config.h"

namespace mailtap {

// A value as a settings file or --set gives it, free of the file's format.
struct OtherValue {
  std::string_view type;  // what it is instead: "a table", "a date"
};
using SettingValue = std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>,
                                  std::vector<std::int64_t>, OtherValue>;

struct Setting {
  std::string key;                                                  // dotted: "flow.flows_max"
  std::string meaning;                                              // one line
  std::string bounds;                                               // for the operator; empty: none
  std::function<std::string(Config&, const SettingValue&)> assign;  // answers why not; empty: done
  std::function<std::string(const Config&)> show;                   // as TOML
};

// Each takes where the value lies as a function from Config& to a pointer to it.
template <typename T>
using Member = std::function<T*(Config&)>;

namespace setting_detail {

using Store = std::function<void(Config&, std::int64_t)>;
using Fetch = std::function<std::int64_t(Config&)>;
enum class Kind : std::uint8_t { kNumber, kSize, kDuration };
struct Range {
  std::int64_t min = 0;
  std::int64_t max = 0;
};

Setting quantity(std::string key, Kind kind, const Store& store, const Fetch& fetch, Range range,
                 std::string meaning);

template <typename Where>
Setting quantity_at(std::string key, Kind kind, Where where, Range range, std::string meaning) {
  using T = std::remove_pointer_t<std::invoke_result_t<Where, Config&>>;
  return quantity(
      std::move(key), kind,
      [where](Config& config, std::int64_t value) { *where(config) = static_cast<T>(value); },
      [where](Config& config) { return static_cast<std::int64_t>(*where(config)); }, range,
      std::move(meaning));
}

}  // namespace setting_detail

using Range = setting_detail::Range;

template <typename Where>
Setting number(std::string key, Where where, Range range, std::string meaning) {
  return setting_detail::quantity_at(std::move(key), setting_detail::Kind::kNumber, where, range,
                                     std::move(meaning));
}

// Bytes: an integer, or "256 MiB".
template <typename Where>
Setting size(std::string key, Where where, Range range, std::string meaning) {
  return setting_detail::quantity_at(std::move(key), setting_detail::Kind::kSize, where, range,
                                     std::move(meaning));
}

// "50 ms".
template <typename Where>
Setting duration(std::string key, Where where, Range range, std::string meaning) {
  return setting_detail::quantity_at(std::move(key), setting_detail::Kind::kDuration, where, range,
                                     std::move(meaning));
}

Setting flag(std::string key, const Member<bool>& where, std::string meaning);

// `fault` judges a text that is not empty: the reason why it cannot be, or "".
Setting text(std::string key, const Member<std::string>& where, std::string meaning,
             std::string (*fault)(const std::string&) = nullptr);

Setting networks(std::string key, const Member<std::vector<IpNetwork>>& where, std::string meaning);

// Any texts that are not empty, at most `most` of them.
Setting texts(std::string key, const Member<std::vector<std::string>>& where, std::size_t most,
              std::string meaning);

// Ports of TCP or UDP.
Setting ports(std::string key, const Member<std::vector<std::uint16_t>>& where, std::string meaning);

// One of `names`; the index is the enumerator.
Setting choice_of(std::string key, const std::vector<std::string>& names, const setting_detail::Store& store,
                  const setting_detail::Fetch& fetch, std::string meaning);

template <typename Where>
Setting choice(std::string key, Where where, std::vector<std::string> names, std::string meaning) {
  using T = std::remove_pointer_t<std::invoke_result_t<Where, Config&>>;
  return choice_of(
      std::move(key), std::move(names),
      [where](Config& config, std::int64_t value) { *where(config) = static_cast<T>(value); },
      [where](Config& config) { return static_cast<std::int64_t>(*where(config)); }, std::move(meaning));
}

// As a TOML basic string.
std::string toml_quoted(std::string_view text);

}  // namespace mailtap
