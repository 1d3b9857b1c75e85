// SPDX-License-Identifier: Apache-2.0
// The protocol was broken (EVENTS.md 'anomaly').
#pragma once

#include <cstdint>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

struct AnomalyRecord {
  static constexpr RecordKind kKind = RecordKind::kAnomaly;
  static constexpr std::uint32_t kNoTransaction = 0xffff'ffff;
  RecordHead head;
  FlowFacts flow;
  std::uint32_t tx_id = kNoTransaction;
  std::string_view event;  // "INVALID_REPLY", ...

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
