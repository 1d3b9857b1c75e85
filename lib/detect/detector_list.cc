// SPDX-License-Identifier: Apache-2.0
#include "detect/detector_list.h"

#include <vector>

// One line a detector: the name of the constant in its file.
#define MAILTAP_SESSION_DETECTORS(LINE) LINE(kCleartextCredentials)

#define MAILTAP_WINDOW_DETECTORS(LINE) \
  LINE(kAddressProbing)                \
  LINE(kPasswordGuessing)              \
  LINE(kStalePassword)                 \
  LINE(kSpambotVolume)

namespace mailtap {

#define DECLARE(name) extern const SessionDetector name;
MAILTAP_SESSION_DETECTORS(DECLARE)
#undef DECLARE
#define DECLARE(name) extern const WindowDetectorEntry name;
MAILTAP_WINDOW_DETECTORS(DECLARE)
#undef DECLARE

#define ADDRESS(name) &name,

std::span<const SessionDetector* const> session_detectors() {
  static constexpr const SessionDetector* kAll[] = {MAILTAP_SESSION_DETECTORS(ADDRESS)};
  return kAll;
}

std::span<const WindowDetectorEntry* const> window_detectors() {
  static constexpr const WindowDetectorEntry* kAll[] = {MAILTAP_WINDOW_DETECTORS(ADDRESS)};
  return kAll;
}

std::span<const DetectorInfo* const> all_detectors() {
  static const std::vector<const DetectorInfo*> all = [] {
    std::vector<const DetectorInfo*> infos;
    for (const SessionDetector* detector : session_detectors()) infos.push_back(&detector->info);
    for (const WindowDetectorEntry* detector : window_detectors()) infos.push_back(&detector->info);
    return infos;
  }();
  return all;
}

const DetectorInfo* detector_of_signature(std::uint32_t signature_id) {
  for (const SessionDetector* detector : session_detectors()) {
    if (detector->info.signature_id == signature_id) return &detector->info;
  }
  return nullptr;
}

}  // namespace mailtap
