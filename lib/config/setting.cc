// SPDX-License-Identifier: Apache-2.0
#include "config/setting.h"

#include <algorithm>
#include <optional>

#include "config/quantity.h"

namespace mailtap {
namespace {

using setting_detail::Fetch;
using setting_detail::Kind;
using setting_detail::Store;

struct TypeName {
  std::string operator()(bool) const { return "true or false"; }
  std::string operator()(std::int64_t) const { return "an integer"; }
  std::string operator()(double) const { return "a decimal number"; }
  std::string operator()(const std::string&) const { return "a string"; }
  std::string operator()(const std::vector<std::string>&) const { return "a list of strings"; }
  std::string operator()(const std::vector<std::int64_t>&) const { return "a list of integers"; }
  std::string operator()(const OtherValue& other) const { return std::string(other.type); }
};

std::string wrong_type(std::string_view wanted, const SettingValue& value) {
  return "must be " + std::string(wanted) + ", is " + std::visit(TypeName{}, value);
}

std::string show_plain(Kind kind, std::int64_t value) {
  if (kind == Kind::kSize) return show_size(value);
  if (kind == Kind::kDuration) return show_duration(value);
  return std::to_string(value);
}

std::string_view wanted(Kind kind) {
  if (kind == Kind::kSize) return "a size (bytes, or \"256 MiB\")";
  if (kind == Kind::kDuration) return "a duration (\"50 ms\", \"300 s\")";
  return "an integer";
}

std::optional<std::int64_t> read(Kind kind, const SettingValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text != nullptr && kind == Kind::kSize) return parse_size(*text);
  if (text != nullptr && kind == Kind::kDuration) return parse_duration(*text);
  const auto* number = std::get_if<std::int64_t>(&value);
  const bool counts = number != nullptr && kind != Kind::kDuration;
  return counts ? std::optional<std::int64_t>(*number) : std::nullopt;
}

std::string unreadable(Kind kind, const SettingValue& value) {
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr || kind == Kind::kNumber) return wrong_type(wanted(kind), value);
  return "must be " + std::string(wanted(kind)) + ", is " + toml_quoted(*text);
}

// show() only reads; the members are reached through one function for both ways.
Config& writable(const Config& config, Config& copy) {
  copy = config;
  return copy;
}

template <typename Function>
std::function<std::string(const Config&)> showing(Function function) {
  return [function](const Config& config) {
    Config copy;
    return function(writable(config, copy));
  };
}

template <typename T, typename Show>
std::string list(const std::vector<T>& values, Show show) {
  std::string shown = "[";
  for (const T& value : values) shown.append(shown.size() == 1 ? "" : ", ").append(show(value));
  return shown.append("]");
}

}  // namespace

namespace setting_detail {

Setting quantity(std::string key, Kind kind, const Store& store, const Fetch& fetch, Range range,
                 std::string meaning) {
  Setting setting;
  setting.key = std::move(key);
  setting.meaning = std::move(meaning);
  setting.bounds = show_plain(kind, range.min) + " .. " + show_plain(kind, range.max);
  const std::string bounds = setting.bounds;
  setting.assign = [=](Config& config, const SettingValue& value) -> std::string {
    const std::optional<std::int64_t> number = read(kind, value);
    if (!number) return unreadable(kind, value);
    if (*number < range.min || *number > range.max)
      return "is " + show_plain(kind, *number) + ", must be within " + bounds;
    store(config, *number);
    return {};
  };
  setting.show = showing([=](Config& config) {
    const std::string shown = show_plain(kind, fetch(config));
    return kind == Kind::kNumber ? shown : toml_quoted(shown);
  });
  return setting;
}

}  // namespace setting_detail

Setting flag(std::string key, const Member<bool>& where, std::string meaning) {
  Setting setting{std::move(key), std::move(meaning), {}, {}, {}};
  setting.assign = [where](Config& config, const SettingValue& value) -> std::string {
    const auto* given = std::get_if<bool>(&value);
    if (given == nullptr) return wrong_type("true or false", value);
    *where(config) = *given;
    return {};
  };
  setting.show = showing([where](Config& config) { return std::string(*where(config) ? "true" : "false"); });
  return setting;
}

Setting text(std::string key, const Member<std::string>& where, std::string meaning,
             std::string (*fault)(const std::string&)) {
  Setting setting{std::move(key), std::move(meaning), {}, {}, {}};
  setting.assign = [where, fault](Config& config, const SettingValue& value) -> std::string {
    const auto* given = std::get_if<std::string>(&value);
    if (given == nullptr) return wrong_type("a string", value);
    if (given->find('\0') != std::string::npos) return "holds a NUL character";
    if (fault != nullptr && !given->empty()) {
      if (std::string why = fault(*given); !why.empty()) return why;
    }
    *where(config) = *given;
    return {};
  };
  setting.show = showing([where](Config& config) { return toml_quoted(*where(config)); });
  return setting;
}

Setting networks(std::string key, const Member<std::vector<IpNetwork>>& where, std::string meaning) {
  Setting setting{std::move(key), std::move(meaning), {}, {}, {}};
  setting.assign = [where](Config& config, const SettingValue& value) -> std::string {
    const auto* given = std::get_if<std::vector<std::string>>(&value);
    if (given == nullptr) return wrong_type("a list of networks ([\"10.0.0.0/8\", ...])", value);
    std::vector<IpNetwork> parsed;
    for (const std::string& one : *given) {
      const Result<IpNetwork> network = parse_network(one);
      if (!network) return toml_quoted(one) + ": " + network.reason();
      parsed.push_back(network.value());
    }
    *where(config) = std::move(parsed);
    return {};
  };
  setting.show = showing([where](Config& config) {
    return list(*where(config), [](const IpNetwork& one) { return toml_quoted(to_string(one)); });
  });
  return setting;
}

Setting texts(std::string key, const Member<std::vector<std::string>>& where, std::size_t most,
              std::string meaning) {
  Setting setting{std::move(key), std::move(meaning), "at most " + std::to_string(most), {}, {}};
  setting.assign = [where, most](Config& config, const SettingValue& value) -> std::string {
    const auto* given = std::get_if<std::vector<std::string>>(&value);
    if (given == nullptr) return wrong_type("a list of strings", value);
    if (given->size() > most)
      return "has " + std::to_string(given->size()) + " entries, at most " + std::to_string(most) +
             " are allowed";
    if (std::find(given->begin(), given->end(), "") != given->end()) return "holds an empty string";
    *where(config) = *given;
    return {};
  };
  setting.show = showing([where](Config& config) {
    return list(*where(config), [](const std::string& one) { return toml_quoted(one); });
  });
  return setting;
}

Setting ports(std::string key, const Member<std::vector<std::uint16_t>>& where, std::string meaning) {
  constexpr std::int64_t kPortMax = 65'535;
  Setting setting{std::move(key), std::move(meaning), "each 1 .. 65535", {}, {}};
  setting.assign = [where](Config& config, const SettingValue& value) -> std::string {
    const auto* empty = std::get_if<std::vector<std::string>>(&value);
    const auto* given = std::get_if<std::vector<std::int64_t>>(&value);
    if (given == nullptr && (empty == nullptr || !empty->empty()))
      return wrong_type("a list of ports", value);
    std::vector<std::uint16_t> read;
    for (const std::int64_t port : given == nullptr ? std::vector<std::int64_t>{} : *given) {
      if (port < 1 || port > kPortMax) return std::to_string(port) + " is no port (1 .. 65535)";
      read.push_back(static_cast<std::uint16_t>(port));
    }
    *where(config) = std::move(read);
    return {};
  };
  setting.show = showing([where](Config& config) {
    return list(*where(config), [](std::uint16_t one) { return std::to_string(one); });
  });
  return setting;
}

Setting choice_of(std::string key, const std::vector<std::string>& names, const Store& store,
                  const Fetch& fetch, std::string meaning) {
  Setting setting{std::move(key), std::move(meaning), {}, {}, {}};
  for (const std::string& name : names)
    setting.bounds += (setting.bounds.empty() ? "" : " | ") + toml_quoted(name);
  const std::string bounds = setting.bounds;
  setting.assign = [names, store, bounds](Config& config, const SettingValue& value) -> std::string {
    const auto* given = std::get_if<std::string>(&value);
    if (given == nullptr) return wrong_type("one of " + bounds, value);
    const auto at = std::find(names.begin(), names.end(), *given);
    if (at == names.end()) return "is " + toml_quoted(*given) + ", must be one of " + bounds;
    store(config, at - names.begin());
    return {};
  };
  setting.show = showing(
      [names, fetch](Config& config) { return toml_quoted(names[static_cast<std::size_t>(fetch(config))]); });
  return setting;
}

std::string toml_quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  return out + "\"";
}

}  // namespace mailtap
