// SPDX-License-Identifier: Apache-2.0
// Every detector there is. A new one is a file of its own and a line in detector_list.cc.
#pragma once

#include <cstddef>
#include <span>

#include "detect/session_detector.h"
#include "detect/window_detector.h"

namespace mailtap {

std::span<const SessionDetector* const> session_detectors();
std::span<const WindowDetectorEntry* const> window_detectors();

const DetectorInfo* detector_of_signature(std::uint32_t signature_id);  // of session detectors; nullptr: none

}  // namespace mailtap
