// SPDX-License-Identifier: Apache-2.0
// A client asked whether an address exists (RFC 5321 3.5: VRFY, EXPN), told when the reply is known or will
// not come. Feeds a window detector; gives no event of its own.
#pragma once

#include <cstdint>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

enum class ProbeVerb : std::uint8_t { kVrfy, kExpn };
std::string_view name_of(ProbeVerb verb);  // "VRFY", "EXPN"

struct ProbeRecord {
  static constexpr RecordKind kKind = RecordKind::kProbe;
  RecordHead head;
  FlowFacts flow;
  ProbeVerb verb = ProbeVerb::kVrfy;
  std::uint16_t code = 0;  // 0: no reply was seen

  bool answered() const { return code == 250 || code == 251; }

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
