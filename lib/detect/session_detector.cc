// SPDX-License-Identifier: Apache-2.0
#include "detect/session_detector.h"

#include "detect/detector_list.h"

namespace mailtap {

SessionDetectors::SessionDetectors(const DetectSettings& settings) {
  for (const SessionDetector* detector : session_detectors()) {
    const DetectorChoice& choice = settings.of(detector->info);
    if (choice.enabled && detector->judge_auth != nullptr) auth_.push_back({detector, choice.severity});
  }
}

bool SessionDetectors::judge_one(const Enabled& enabled, const AuthRecord& record, Finding& finding) {
  if (!enabled.detector->judge_auth(record, finding)) return false;
  finding.record.head.time = record.head.time;
  finding.record.head.flow_id = record.head.flow_id;
  finding.record.flow = record.flow;
  finding.record.signature_id = enabled.detector->info.signature_id;
  finding.record.evidence = {finding.evidence.data(), finding.evidence_count};
  if (enabled.severity != 0) finding.record.severity = enabled.severity;
  return true;
}

}  // namespace mailtap
