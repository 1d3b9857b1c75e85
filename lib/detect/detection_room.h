// SPDX-License-Identifier: Apache-2.0
// Everything that judges on the control core, behind one door: the enabled window detectors, the findings of
// session detectors, and the book of open detections.
//
//   control, for each record in order:   room.advance(record.head.time); room.take(record);
//   at the end of the run:               room.finish(time_reached);
//
// Where other deadlines are told in the same stream (host intervals), the control core asks each for
// next_due() and advances the earliest first, so that events stay in order of time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/time.h"
#include "detect/alert_book.h"
#include "detect/detect_settings.h"
#include "detect/window_detector.h"
#include "event/finding_record.h"

namespace mailtap {

struct DetectCounters {
  std::uint64_t subjects_evicted = 0;
  std::uint64_t closed_early = 0;      // detections closed because too many were open
  std::uint64_t told_forgotten = 0;    // subjects that may be told again too soon
  std::uint64_t unknown_findings = 0;  // of a signature that is not in the list
};

class DetectionRoom {
 public:
  // `settings` and `sink` outlive this. `seed`: random at start; no result depends on it.
  DetectionRoom(const DetectSettings& settings, AlertSink& sink, std::uint64_t seed);

  void take(const TransactionRecord& record) { give(record); }
  void take(const AuthRecord& record) { give(record); }
  void take(const ProbeRecord& record) { give(record); }
  void take(const SessionRecord& record) { give(record); }
  void take(const FindingRecord& record);

  TimeNs next_due() const { return book_.next_due(); }
  void advance(TimeNs now) { book_.advance(now); }
  void finish(TimeNs now) { book_.finish(now); }

  DetectCounters counters() const;

 private:
  template <typename Record>
  void give(const Record& record) {
    for (const auto& detector : detectors_) detector->take(record);
  }

  const DetectSettings& settings_;
  AlertBook book_;
  std::vector<std::unique_ptr<WindowDetector>> detectors_;
  std::uint64_t unknown_findings_ = 0;
};

}  // namespace mailtap
