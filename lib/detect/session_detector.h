// SPDX-License-Identifier: Apache-2.0
// Detectors that see one session, on its worker: pure functions from what the session did to a finding. No
// state, no allocation. The control core suppresses repeats, because it sees every worker's findings.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "detect/detect_settings.h"
#include "detect/detector_info.h"
#include "event/auth_record.h"
#include "event/finding_record.h"

namespace mailtap {

// A FindingRecord with room for its evidence. Its views live as long as the judged record and this object.
struct Finding {
  static constexpr std::size_t kEvidenceMax = 4;

  FindingRecord record;
  std::array<std::string_view, kEvidenceMax> evidence;
  std::size_t evidence_count = 0;

  void add_evidence(std::string_view text) {
    if (evidence_count < kEvidenceMax) evidence[evidence_count++] = text;
  }
};

struct SessionDetector {
  const DetectorInfo& info;
  // True: `finding` holds severity, subject and evidence. The rest of the record is filled in for it.
  bool (*judge_auth)(const AuthRecord& record, Finding& finding) = nullptr;
};

// The enabled ones of a worker. Owned by its thread.
class SessionDetectors {
 public:
  explicit SessionDetectors(const DetectSettings& settings);

  // emit(const FindingRecord&): head.time, flow_id and flow are those of `record`; the sequence is the
  // sender's to give.
  template <typename Emit>
  void judge(const AuthRecord& record, Emit&& emit) const {
    for (const Enabled& detector : auth_) {
      Finding finding;
      if (judge_one(detector, record, finding)) emit(static_cast<const FindingRecord&>(finding.record));
    }
  }

 private:
  struct Enabled {
    const SessionDetector* detector;
    std::uint8_t severity;
  };
  static bool judge_one(const Enabled& enabled, const AuthRecord& record, Finding& finding);

  std::vector<Enabled> auth_;
};

}  // namespace mailtap
