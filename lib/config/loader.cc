// SPDX-License-Identifier: Apache-2.0
#include "config/loader.h"

#include <toml++/toml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string_view>
#include <system_error>

#include "config/nearest.h"
#include "config/setting_table.h"

namespace mailtap {
namespace {

constexpr std::size_t kFileSizeMax = std::size_t{4} << 20;

SettingValue list_of(const toml::array& array) {
  std::vector<std::string> texts;
  std::vector<std::int64_t> numbers;
  for (const toml::node& node : array) {
    if (const auto* text = node.as_string()) texts.push_back(text->get());
    if (const auto* number = node.as_integer()) numbers.push_back(number->get());
  }
  if (texts.size() == array.size()) return texts;
  if (numbers.size() == array.size()) return numbers;
  return OtherValue{"a list of several things"};
}

SettingValue value_of(const toml::node& node) {
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_array()) return list_of(*value);
  return OtherValue{node.is_table() ? "a table" : "a date or time"};
}

std::string_view last_part(std::string_view key) { return key.substr(key.rfind('.') + 1); }

class Loader {
 public:
  LoadedConfig take() { return std::move(loaded_); }

  void read_file(const std::string& file) {
    std::error_code error;
    if (std::filesystem::is_directory(file, error)) return fault(file, "is a folder");
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in || text.str().size() > kFileSizeMax) {
      fault(file, in ? "is larger than any settings file" : "cannot be read");
      return;
    }
    try {
      const toml::table table = toml::parse(text.str(), file);
      walk(table, "", file);
    } catch (const toml::parse_error& wrong) {
      fault(file + ":" + std::to_string(wrong.source().begin.line), std::string(wrong.description()));
    }
  }

  void read_override(const std::string& text) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return fault("--set", toml_quoted(text) + ": must be KEY=VALUE");
    const std::string key = trimmed(text.substr(0, equals));
    try {
      const toml::table table = toml::parse("value = " + text.substr(equals + 1));
      if (table.size() != 1) return fault("--set", key + ": is more than one value");
      apply(key, *table.get("value"), "--set");
    } catch (const toml::parse_error&) {
      fault("--set", key + ": is no TOML value (a string stands in quotes: key='\"text\"')");
    }
  }

  // Where the blame lies: the place that set the key, or nothing when the defaults are at odds.
  void check_together() {
    for (const Contradiction& one : contradictions(loaded_.config)) {
      const auto place = places_.find(one.key);
      fault(place == places_.end() ? "settings" : place->second, one.key + ": " + one.why);
    }
  }

 private:
  static std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
  }

  void fault(const std::string& place, const std::string& why) {
    loaded_.faults.push_back(place + ": " + why);
  }

  void walk(const toml::table& table, const std::string& prefix, const std::string& file) {
    std::vector<std::pair<std::string, const toml::node*>> nodes;
    for (auto&& [name, node] : table) nodes.emplace_back(std::string(name.str()), &node);
    std::stable_sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
      return a.second->source().begin.line < b.second->source().begin.line;
    });
    for (const auto& [name, node] : nodes) {
      const std::string key = prefix + name;
      if (node->is_table() && is_group(key)) {
        walk(*node->as_table(), key + ".", file);
      } else {
        apply(key, *node, file + ":" + std::to_string(node->source().begin.line));
      }
    }
  }

  bool is_group(const std::string& key) const {
    return std::any_of(settings_.begin(), settings_.end(),
                       [&key](const Setting& setting) { return setting.key.starts_with(key + "."); });
  }

  void apply(const std::string& key, const toml::node& node, const std::string& place) {
    const auto setting = std::find_if(settings_.begin(), settings_.end(),
                                      [&key](const Setting& one) { return one.key == key; });
    if (setting == settings_.end()) return fault(place, key + ": " + unknown(key));
    places_[key] = place;
    if (const std::string why = setting->assign(loaded_.config, value_of(node)); !why.empty())
      fault(place, key + ": " + why);
  }

  std::string unknown(const std::string& key) const {
    if (is_group(key)) return "is a group of settings, not one";
    std::vector<std::string> all, same_name;  // the latter in another group
    for (const Setting& setting : settings_) {
      all.push_back(setting.key);
      if (last_part(setting.key) == last_part(key)) same_name.push_back(setting.key);
    }
    if (same_name.size() == 1) return "no such setting; did you mean " + same_name.front() + "?";
    return "no such setting" + did_you_mean(key, all);
  }

  std::vector<Setting> settings_ = all_settings();
  std::map<std::string, std::string> places_;
  LoadedConfig loaded_;
};

}  // namespace

LoadedConfig load_config(const std::string& file, const std::vector<std::string>& overrides) {
  Loader loader;
  if (!file.empty()) loader.read_file(file);
  for (const std::string& one : overrides) loader.read_override(one);
  loader.check_together();
  return loader.take();
}

}  // namespace mailtap
