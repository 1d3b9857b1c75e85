// SPDX-License-Identifier: Apache-2.0
// Small records, and the times at which a merger tells them.
#pragma once

#include <vector>

#include "event/anomaly_record.h"
#include "event/record_merger.h"

namespace mailtap {

inline AnomalyRecord anomaly_at(TimeNs time, std::uint64_t flow_id = 1, std::uint32_t sequence = 0) {
  AnomalyRecord record;
  record.head.time = time;
  record.head.flow_id = flow_id;
  record.head.sequence = sequence;
  record.event = "INVALID_REPLY";
  return record;
}

inline std::vector<TimeNs> take_times(RecordMerger& merger) {
  std::vector<TimeNs> times;
  merger.merge([&times](const ArrivedRecord& record) { times.push_back(record.head.time); });
  return times;
}

}  // namespace mailtap
