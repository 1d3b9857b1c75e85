// SPDX-License-Identifier: Apache-2.0
// Settings of the flow table of one worker. Plain values; config/ loads and checks them against the bounds.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace mailtap {

struct FlowSettings {
  // Flows at once, a worker: 1 .. 2^28. Memory: flows_max / 0.6 entries of 64 bytes, some 107 bytes a flow.
  std::uint32_t flows_max = 262'144;
  // Two connections that differ only in their VLANs are two flows. Off where the two directions of a link
  // are tapped with different ids.
  bool vlan_in_key = true;
  // The id of a VXLAN, VXLAN-GPE or Geneve tunnel, the key of GRE, the session of ERSPAN or PPPoE tells
  // networks apart that use the same addresses. Off: where a packet is routed between two networks, each
  // direction has the id of the network it goes to, and a connection would fall into two halves. The label of
  // MPLS, the TEID of GTP-U and the call id of PPTP are never part of the key: the receiver of each direction
  // chooses its own.
  bool tunnel_in_key = false;

  // A flow idle for longer than this is over; what comes after it is a new one. Each at least 1 s.
  DurationNs syn_idle_ns = 10 * kSecondNs;      // nobody has answered, or nobody has said anything but SYN
  DurationNs unknown_idle_ns = 60 * kSecondNs;  // both ends speak TCP, no content yet
  DurationNs not_ours_idle_ns = 60 * kSecondNs;
  DurationNs mail_idle_ns = 600 * kSecondNs;  // RFC 5321 4.5.3.2: up to ten minutes for the last reply
  DurationNs tls_idle_ns = 600 * kSecondNs;
  DurationNs closed_linger_ns = 10 * kSecondNs;  // how long late segments of a closed connection are known
};

}  // namespace mailtap
