// SPDX-License-Identifier: Apache-2.0
// The protocol was broken (EVENTS.md 'anomaly').
#pragma once

#include <cstdint>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

enum class AnomalyType : std::uint8_t {
  kApplayer,  // of a mail session
  kDecode,    // of packets: `flow` has addresses only, and there is no flow id
};

struct AnomalyRecord {
  static constexpr RecordKind kKind = RecordKind::kAnomaly;
  static constexpr std::uint32_t kNoTransaction = 0xffff'ffff;
  RecordHead head;
  FlowFacts flow;
  std::uint32_t tx_id = kNoTransaction;
  AnomalyType type = AnomalyType::kApplayer;
  std::string_view event;  // "INVALID_REPLY", "decoder.ipv4.frag_overlap", ...

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
