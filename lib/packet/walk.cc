// SPDX-License-Identifier: Apache-2.0
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

// Those stand behind a link header; all others behind an IP header, whose addresses are the tunnel's.
bool is_of_the_link(TunnelKind kind) { return kind == TunnelKind::kMpls || kind == TunnelKind::kPppoe; }

}  // namespace

Step open_tunnel(Walk& walk, TunnelKind kind, std::uint32_t id, Step inner) {
  Tunnel& tunnel = walk.segment.tunnel;
  if (walk.depth_max == 0) return is_of_the_link(kind) ? Drop::kNotIp : Drop::kNotTcp;
  if (tunnel.depth >= walk.depth_max) return Drop::kTooDeep;
  tunnel.outer_source = is_of_the_link(kind) ? IpAddress() : walk.segment.source;
  tunnel.outer_destination = is_of_the_link(kind) ? IpAddress() : walk.segment.destination;
  tunnel.id = id;
  tunnel.kind = kind;
  tunnel.id_by_receiver = false;
  ++tunnel.depth;
  walk.whole = false;
  return inner;
}

Drop lacks(const Remainder& rest, std::uint32_t bytes) {
  if (rest.on_wire < bytes) return Drop::kBadTunnel;
  return rest.holds(bytes) ? Drop::kNone : Drop::kTruncatedTunnel;
}

}  // namespace mailtap
