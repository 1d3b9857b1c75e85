// SPDX-License-Identifier: Apache-2.0
// Settings of the detections. What is common to all stands here; a detector's own are Knobs beside its code.
// Memory on the control core: subjects x (a few hundred bytes + 32 x threshold) a detector, at the worst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "detect/detector_info.h"
#include "detect/ip_network.h"

namespace mailtap {

inline constexpr std::size_t kSubjectsMin = 16;
inline constexpr std::size_t kSubjectsMax = 1'000'000;

// Every detector there is, in the order of DetectSettings::detectors: session detectors first, names unique;
// what settings and `check` go by (detector_list.cc).
std::span<const DetectorInfo* const> all_detectors();

struct DetectorChoice {
  bool enabled = true;
  std::uint8_t severity = 0;         // 1 high .. 4: instead of the detector's own judgement; 0: as it judges
  std::vector<std::uint64_t> knobs;  // values, in the order of DetectorInfo::knobs
};

struct DetectSettings {
  std::vector<IpNetwork> local_networks;  // what is inside: RFC 1918 and ULA (RFC 4193)
  std::vector<IpNetwork> mail_servers;    // relays: they may send much
  std::size_t subjects = 16'384;  // that a window detector watches at once; the longest idle makes room
  std::size_t open = 16'384;      // detections open at once, and subjects remembered as told
  std::vector<DetectorChoice> detectors;  // in the order of all_detectors()

  DetectSettings();  // the defaults

  DetectorChoice* find(std::string_view detector);  // nullptr: no such detector
  const DetectorChoice& of(const DetectorInfo& info) const;
};

}  // namespace mailtap
