// SPDX-License-Identifier: Apache-2.0
// What a detector says about itself: the constant fields of its alerts, and its settings with default, unit
// and bounds. It stands in the detector's own file, as a constant; config/ reads settings
// `detect.<name>.<key>` by it and `check` lists it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace mailtap {

namespace severity {  // as in EVE
inline constexpr std::uint8_t kHigh = 1;
inline constexpr std::uint8_t kMedium = 2;
inline constexpr std::uint8_t kLow = 3;
}  // namespace severity

// How often a subject's alert is told (EVENTS.md 'alert').
enum class Telling : std::uint8_t {
  kAggregated,  // opened, grown tenfold, closed
  kPeriodic,    // once a subject and period (first setting: period_s), no close; again when it turns more
                // severe
};

struct Knob {
  std::string_view key;
  std::string_view unit;  // empty: a plain number
  std::uint64_t preset = 0;
  std::uint64_t min = 0;
  std::uint64_t max = 0;
  std::string_view what;
};

struct DetectorInfo {
  std::uint32_t signature_id = 0;  // DETECTIONS.md; never changes its meaning
  std::uint32_t rev = 1;
  std::string_view name;  // in `detection.detector` and in the settings
  std::string_view signature;
  std::string_view category;  // Suricata's word for the class, so that its dashboards group alike
  Telling telling = Telling::kAggregated;
  std::span<const std::string_view> techniques;  // MITRE ATT&CK; why these, beside them
  std::span<const Knob> knobs;
};

}  // namespace mailtap
