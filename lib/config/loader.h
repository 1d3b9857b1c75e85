// SPDX-License-Identifier: Apache-2.0
// From a TOML file and --set to a checked Config, or to every fault there is. Set-up only.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"

namespace mailtap {

// "FILE:LINE: KEY: WHY", "--set: KEY: WHY" or, when the file cannot be read, "FILE: WHY". No value of a
// setting that is a secret stands in one: there is no such setting.
using ConfigFaults = std::vector<std::string>;

struct LoadedConfig {
  Config config;        // meaningful when there is no fault
  ConfigFaults faults;  // in the order of the file, then of the overrides, then what contradicts
  bool ok() const { return faults.empty(); }
};

// `file` empty: the defaults. Each override is "key=value" with a TOML value and goes before the file; of two
// for one key the last holds.
LoadedConfig load_config(const std::string& file, const std::vector<std::string>& overrides);

}  // namespace mailtap
