// SPDX-License-Identifier: Apache-2.0
#include "config/annotated.h"

#include "config/setting_table.h"

namespace mailtap {
namespace {

constexpr const char* kHead =
    "# SPDX-License-Identifier: Apache-2.0\n"
    "# Every setting of mailtap with its default. Leave out what you do not change.\n"
    "# Sizes are bytes or \"256 MiB\", durations \"50 ms\" or \"300 s\". A key here is given on the command "
    "line as\n"
    "# --set flow.flows_max=100000. `mailtap check -c FILE` lists every fault and the memory that comes of "
    "it.\n";

}  // namespace

std::string annotated(const Config& config) {
  std::string out = kHead;
  std::string group;
  for (const Setting& setting : all_settings()) {
    const std::size_t dot = setting.key.rfind('.');
    const std::string own_group = dot == std::string::npos ? "" : setting.key.substr(0, dot);
    if (own_group != group) out += "\n[" + own_group + "]\n";
    if (own_group.empty() && group.empty()) out += "\n";
    group = own_group;
    out += "# " + setting.meaning + (setting.bounds.empty() ? "" : " (" + setting.bounds + ")") + "\n";
    out += setting.key.substr(dot == std::string::npos ? 0 : dot + 1) + " = " + setting.show(config) + "\n";
  }
  return out;
}

}  // namespace mailtap
