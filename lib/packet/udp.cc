// SPDX-License-Identifier: Apache-2.0
// UDP (RFC 768): source port u16, destination port u16, length u16, checksum u16. Read for the tunnels that
// are known by their port; what does not look like one is another use of that port.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 8, kPorts = 4;

}  // namespace

Step decode_udp(Walk& walk) {
  Remainder& rest = walk.rest;
  if (!walk.udp_tunnels.any() || rest.on_wire < kHeader) return Drop::kNotTcp;
  if (!rest.holds(kPorts)) return Drop::kTruncatedTunnel;  // nobody knows that it is none
  const TunnelKind kind = walk.udp_tunnels.kind_of(load_be16(rest.at + 2));
  if (kind == TunnelKind::kNone) return Drop::kNotTcp;
  if (!rest.holds(kHeader)) return Drop::kTruncatedTunnel;
  // A sender that leaves the cutting to its NIC writes 0.
  const std::uint32_t stated = load_be16(rest.at + 4);
  const std::uint32_t size = stated == 0 ? rest.on_wire : stated;
  if (size < kHeader || size > rest.on_wire) return Drop::kBadTunnel;
  rest.cut_to(size);
  rest.skip(kHeader);
  switch (kind) {
    case TunnelKind::kVxlan: return decode_vxlan(walk);
    case TunnelKind::kVxlanGpe: return decode_vxlan_gpe(walk);
    case TunnelKind::kGeneve: return decode_geneve(walk);
    default: return decode_gtpu(walk);
  }
}

}  // namespace mailtap
