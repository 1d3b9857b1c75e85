// SPDX-License-Identifier: Apache-2.0
// VXLAN (RFC 7348 5): flags u8 (0x08: the id is valid), reserved 3, id 3, reserved u8; then Ethernet.
// VXLAN-GPE (draft-ietf-nvo3-vxlan-gpe): flags u8 (0x30 version, 0x08, 0x04: a next protocol is told, 0x01:
// for the tunnel's own use), reserved 2, next protocol u8 (1 IPv4, 2 IPv6, 3 Ethernet, 5 MPLS), id 3,
// reserved u8.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 8;
constexpr unsigned kIdValid = 0x08, kNextTold = 0x04, kOwnUse = 0x01, kVersion = 0x30;

Step follow(unsigned next) {
  switch (next) {
    case 1: return Layer::kIpv4;
    case 2: return Layer::kIpv6;
    case 3: return Layer::kEthernet;
    case 5: return Layer::kMpls;
    default: return Drop::kNotIp;
  }
}

std::uint32_t take_id(Remainder& rest) {
  const std::uint32_t id = load_be32(rest.at + 4) >> 8;
  rest.skip(kHeader);
  return id;
}

}  // namespace

Step decode_vxlan(Walk& walk) {
  if (const Drop drop = lacks(walk.rest, kHeader); drop != Drop::kNone) return drop;
  if ((walk.rest.at[0] & kIdValid) == 0) return Drop::kNotTcp;
  return open_tunnel(walk, TunnelKind::kVxlan, take_id(walk.rest), Layer::kEthernet);
}

Step decode_vxlan_gpe(Walk& walk) {
  if (const Drop drop = lacks(walk.rest, kHeader); drop != Drop::kNone) return drop;
  const unsigned flags = walk.rest.at[0];
  const Step inner = (flags & kNextTold) != 0 ? follow(walk.rest.at[3]) : Layer::kEthernet;
  if ((flags & kIdValid) == 0 || (flags & (kVersion | kOwnUse)) != 0) return Drop::kNotTcp;
  return open_tunnel(walk, TunnelKind::kVxlanGpe, take_id(walk.rest), inner);
}

}  // namespace mailtap
