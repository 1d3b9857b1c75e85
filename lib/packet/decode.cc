// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.h"

#include <algorithm>

#include "packet/decode_steps.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Drop::kCount)> kNames = {
    "none",          "truncated_link", "unknown_link", "not_ip",   "too_many_vlans", "truncated_ip",
    "bad_ip_header", "bad_extension",  "fragment",     "not_tcp",  "truncated_tcp",  "bad_tcp_header",
    "bad_link",      "protected_link", "split_link",   "too_deep", "bad_tunnel",     "truncated_tunnel"};

// Anything but the first way: Ethernet, IP, TCP.
Step take(Layer layer, Walk& walk) {
  switch (layer) {
    case Layer::kIpv4: return decode_ipv4(walk.rest, walk.segment);
    case Layer::kIpv6: return decode_ipv6(walk.rest, walk.segment);
    case Layer::kIp: return decode_ip(walk.rest);
    case Layer::kIpv4Fragment: return decode_fragment4(walk);
    case Layer::kIpv6Fragment: return decode_fragment6(walk);
    case Layer::kUdp: return decode_udp(walk);
    case Layer::kInnerIpv4:
    case Layer::kInnerIpv6: return decode_inner_ip(walk, layer);
    case Layer::kGre: return decode_gre(walk);
    case Layer::kEthernet: return decode_ethernet(walk.rest, walk.segment);
    case Layer::kLlc: return decode_llc(walk.rest, walk.segment);
    case Layer::kMpls: return decode_mpls(walk);
    case Layer::kPppoe: return decode_pppoe(walk);
    case Layer::kPpp: return decode_ppp(walk.rest, walk.segment);
    case Layer::kTcp: return decode_tcp(walk.rest, walk.segment);
    case Layer::kEnd: break;
  }
  return Drop::kNone;
}

}  // namespace

std::string_view name_of(Drop drop) {
  return drop < Drop::kCount ? kNames[static_cast<std::size_t>(drop)] : std::string_view("unknown");
}

Decoder::Decoder(const PacketSettings& settings)
    : depth_max_(settings.tunnel_depth_max), udp_tunnels_(settings) {}

Drop Decoder::decode(const Frame& frame, TcpSegment& segment) {
  Remainder rest{frame.data, frame.captured, std::max(frame.captured, frame.on_wire)};
  segment.vlan_count = 0;
  segment.vlans = {};
  segment.tunnel.kind = TunnelKind::kNone;
  segment.tunnel.depth = 0;
  segment.time = frame.time;
  Step step = frame.link == LinkType::kEthernet ? decode_ethernet(rest, segment)
                                                : decode_link(frame.link, rest, segment);
  if (step.next == Layer::kIpv4)
    step = decode_ipv4(rest, segment);
  else if (step.next == Layer::kIpv6)
    step = decode_ipv6(rest, segment);
  if (step.next == Layer::kTcp) return decode_tcp(rest, segment);
  if (step.next == Layer::kEnd) return step.drop;
  Walk walk{rest, segment, fragment_, udp_tunnels_, depth_max_, frame.link == LinkType::kWhole};
  while (step.next != Layer::kEnd) step = take(step.next, walk);
  // A packet whose sender left its length to its NIC, in a frame whose length is not known either.
  const bool found = step.drop == Drop::kNone || step.drop == Drop::kFragment;
  return found && !rest.knows_end() ? Drop::kTruncatedIp : step.drop;
}

}  // namespace mailtap
