// SPDX-License-Identifier: Apache-2.0
// The members that all events of a flow have in common, rendered once and kept for the next event of the same
// flow: flow_id, community_id, addresses, ports, proto, ip_v, app_proto, vlan, tunnel, sensor. Control core
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "event/record.h"

namespace mailtap {

class FlowText {
 public:
  // `sensor_member`: `,"sensor":"..."` or empty.
  explicit FlowText(std::string sensor_member, std::size_t slots = 4096);

  // `"flow_id":...` up to the last member. Valid until the next call.
  std::string_view members(std::uint64_t flow_id, const FlowFacts& flow);

  // The same of what concerns packets and no flow: `"src_ip":...`, without ports. Valid until the next call.
  std::string_view addresses(const FlowFacts& flow);

 private:
  struct Slot {
    std::uint64_t flow_id = 0;
    FlowFacts flow;
    std::string text;  // empty: free
  };
  void render(Slot& slot) const;

  std::string sensor_member_;
  std::string addresses_;
  std::vector<Slot> slots_;  // direct mapped: a flow that is pushed out is rendered again
};

}  // namespace mailtap
