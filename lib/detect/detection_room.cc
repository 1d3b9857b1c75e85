// SPDX-License-Identifier: Apache-2.0
#include "detect/detection_room.h"

#include <string>

#include "detect/account_subject.h"
#include "detect/detector_list.h"

namespace mailtap {

namespace {

Subject subject_of(const FindingRecord& record) {
  switch (record.subject_type) {
    case SubjectType::kFlow: return {SubjectType::kFlow, std::to_string(record.head.flow_id)};
    case SubjectType::kAccount: return account_subject(record.subject, record.flow);
    default: return {record.subject_type, std::string(record.subject)};
  }
}

}  // namespace

DetectionRoom::DetectionRoom(const DetectSettings& settings, AlertSink& sink, std::uint64_t seed)
    : settings_(settings), book_(sink, settings.open) {
  for (const WindowDetectorEntry* entry : window_detectors()) {
    const DetectorChoice& choice = settings.of(entry->info);
    if (choice.enabled) detectors_.push_back(entry->make({settings, entry->info, choice, book_, seed}));
  }
}

void DetectionRoom::take(const FindingRecord& record) {
  const DetectorInfo* info = detector_of_signature(record.signature_id);
  if (info == nullptr) {
    ++unknown_findings_;
    return;
  }
  Occurrence occurrence;
  occurrence.info = info;
  occurrence.subject = subject_of(record);
  occurrence.time = record.head.time;
  occurrence.severity = record.severity;
  occurrence.threshold = 1;
  occurrence.flow_id = record.head.flow_id;
  occurrence.flow = &record.flow;
  occurrence.evidence = record.evidence;
  constexpr std::size_t kPeriod = 0;  // where Telling::kPeriodic says it stands
  const auto period_s = static_cast<DurationNs>(settings_.of(*info).knobs[kPeriod]);
  book_.tell_once(occurrence, period_s * kSecondNs);
}

DetectCounters DetectionRoom::counters() const {
  DetectCounters counters;
  for (const auto& detector : detectors_) counters.subjects_evicted += detector->subjects_evicted();
  counters.closed_early = book_.closed_early();
  counters.told_forgotten = book_.forgotten();
  counters.unknown_findings = unknown_findings_;
  return counters;
}

}  // namespace mailtap
