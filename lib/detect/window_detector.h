// SPDX-License-Identifier: Apache-2.0
// Detectors that see every worker's records, on the control core, in the order (time, flow_id, sequence).
// Each keeps its subjects' windows and tells the AlertBook. Records are valid during the call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "base/time.h"
#include "detect/alert_book.h"
#include "detect/detect_settings.h"
#include "detect/sliding_window.h"
#include "event/auth_record.h"
#include "event/probe_record.h"
#include "event/session_record.h"
#include "event/transaction_record.h"

namespace mailtap {

class WindowDetector {
 public:
  WindowDetector() = default;
  WindowDetector(const WindowDetector&) = delete;
  WindowDetector& operator=(const WindowDetector&) = delete;
  virtual ~WindowDetector() = default;

  virtual void take(const TransactionRecord&) {}
  virtual void take(const AuthRecord&) {}
  virtual void take(const ProbeRecord&) {}
  virtual void take(const SessionRecord&) {}

  virtual std::uint64_t subjects_evicted() const = 0;
};

// What a window detector is made with. Settings and book outlive it.
struct DetectContext {
  const DetectSettings& settings;
  const DetectorInfo& info;
  const DetectorChoice& choice;  // of info, in settings
  AlertBook& book;
  std::uint64_t seed;  // of its tables; no result depends on it

  std::uint64_t knob(std::size_t index) const { return choice.knobs[index]; }
  // A record of one flow as an occurrence that counts one.
  template <typename Record>
  Occurrence occurrence(const Record& record, Subject subject) const {
    Occurrence made;
    made.info = &info;
    made.subject = std::move(subject);
    made.time = record.head.time;
    made.flow_id = record.head.flow_id;
    made.flow = &record.flow;
    return made;
  }
  // Opens it with what `window` holds, which has reached the knob `threshold` within the knob `length`.
  template <typename Window>
  void open(Occurrence& occurrence, const Window& window, std::size_t threshold, std::size_t length) const {
    const std::vector<std::uint64_t> flows = flows_of(window.items());
    occurrence.first_seen = window.items().front().time;
    occurrence.count = window.total();
    occurrence.threshold = knob(threshold);
    occurrence.window_ns = seconds(length);
    occurrence.flows = flows;
    book.open(occurrence);
  }
  std::uint8_t severity_or(std::uint8_t judged) const {
    return choice.severity != 0 ? choice.severity : judged;
  }
  DurationNs seconds(std::size_t index) const { return static_cast<DurationNs>(knob(index)) * kSecondNs; }
};

template <typename Detector>
std::unique_ptr<WindowDetector> make_detector(const DetectContext& context) {
  return std::make_unique<Detector>(context);
}

struct WindowDetectorEntry {
  const DetectorInfo& info;
  std::unique_ptr<WindowDetector> (*make)(const DetectContext& context) = nullptr;
};

}  // namespace mailtap
