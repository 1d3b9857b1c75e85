// SPDX-License-Identifier: Apache-2.0
// Every setting there is, in the order of the shipped file, and what must hold between several of them. A
// room's settings are one function in setting_table.cc. Set-up only.
#pragma once

#include <string>
#include <vector>

#include "config/setting.h"

namespace mailtap {

std::vector<Setting> all_settings();

// Settings that are each within their bounds and contradict each other.
struct Contradiction {
  std::string key;  // the one to change
  std::string why;
};
std::vector<Contradiction> contradictions(const Config& config);

}  // namespace mailtap
