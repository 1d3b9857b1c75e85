// SPDX-License-Identifier: Apache-2.0
// The steps off the first way, and what they share: tunnels, and IP fragments. Rules as in decode_steps.h.
#pragma once

#include <cstdint>

#include "packet/decode_steps.h"
#include "packet/ip_fragment.h"
#include "packet/udp_tunnels.h"

namespace mailtap {

struct Walk {
  Remainder& rest;
  TcpSegment& segment;
  IpFragment& fragment;
  const UdpTunnels& udp_tunnels;
  std::uint32_t depth_max;
  bool whole;  // a datagram put together from fragments, none of whose tunnels is opened yet
};

// Notes the tunnel in the segment and answers `inner`, unless there are too many already.
Step open_tunnel(Walk& walk, TunnelKind kind, std::uint32_t id, Step inner);

// kNone: a tunnel's header of so many bytes is there.
Drop lacks(const Remainder& rest, std::uint32_t bytes);

Step decode_fragment4(Walk& walk);
Step decode_fragment6(Walk& walk);
Step decode_inner_ip(Walk& walk, Layer inner);
Step decode_mpls(Walk& walk);
Step decode_pppoe(Walk& walk);
Step decode_gre(Walk& walk);
Step decode_erspan(Walk& walk, std::uint16_t type, bool sequenced);  // behind the GRE header
Step decode_udp(Walk& walk);
Step decode_vxlan(Walk& walk);
Step decode_vxlan_gpe(Walk& walk);
Step decode_geneve(Walk& walk);
Step decode_gtpu(Walk& walk);

}  // namespace mailtap
