// SPDX-License-Identifier: Apache-2.0
// What a session detector found on a worker. The control core suppresses repeats and makes the alert.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "event/alert.h"
#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

struct FindingRecord {
  static constexpr RecordKind kKind = RecordKind::kFinding;
  RecordHead head;
  FlowFacts flow;
  std::uint32_t signature_id = 0;  // of DETECTIONS.md
  std::uint8_t severity = 3;       // 1 high .. 4
  SubjectType subject_type = SubjectType::kFlow;
  std::string_view subject;  // empty for kFlow; for kAccount: no name was read
  std::span<const std::string_view> evidence;

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
