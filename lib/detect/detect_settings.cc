// SPDX-License-Identifier: Apache-2.0
#include "detect/detect_settings.h"

#include <algorithm>

#include "base/check.h"
#include "detect/detector_list.h"

namespace mailtap {

DetectSettings::DetectSettings() {
  for (const char* inside : {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"}) {
    local_networks.push_back(parse_network(inside).value());
  }
  for (const DetectorInfo* info : all_detectors()) {
    DetectorChoice choice;
    for (const Knob& knob : info->knobs) choice.knobs.push_back(knob.preset);
    detectors.push_back(std::move(choice));
  }
}

DetectorChoice* DetectSettings::find(std::string_view detector) {
  const auto all = all_detectors();
  const auto at =
      std::find_if(all.begin(), all.end(), [detector](const auto* info) { return info->name == detector; });
  return at == all.end() ? nullptr : &detectors[static_cast<std::size_t>(at - all.begin())];
}

const DetectorChoice& DetectSettings::of(const DetectorInfo& info) const {
  const auto all = all_detectors();
  const auto at = std::find(all.begin(), all.end(), &info);
  MAILTAP_CHECK(at != all.end() && detectors.size() == all.size());
  return detectors[static_cast<std::size_t>(at - all.begin())];
}

}  // namespace mailtap
