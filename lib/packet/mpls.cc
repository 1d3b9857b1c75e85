// SPDX-License-Identifier: Apache-2.0
// MPLS (RFC 3032 2.1): entries of label (20 bits), traffic class (3), bottom of stack (1), TTL (8). What
// follows is not told (RFC 4928): 4 or 6 in the first four bits is an IP packet, 1 is a channel that carries
// none (RFC 4385 5), 0 a control word before an Ethernet frame (RFC 4448), and anything an Ethernet frame
// whose first address begins so. The frame's own type and version decide between the last ones.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kEntry = 4;
constexpr std::uint32_t kControlWord = 4;
constexpr std::uint32_t kEthernet = 14;
constexpr unsigned kEntriesMax = 16;
constexpr std::uint32_t kBottom = 0x100;

// An IP packet whose lengths fit.
bool looks_like_ip(const Remainder& rest) {
  const unsigned version = rest.at[0] >> 4;
  if (version == 4)
    return (rest.at[0] & 0x0f) >= 5 && rest.holds(4) && load_be16(rest.at + 2) <= rest.on_wire;
  return version == 6 && rest.holds(6) && load_be16(rest.at + 4) + 40U <= rest.on_wire;
}

bool looks_like_ethernet(const Remainder& rest, std::uint32_t from) {
  if (!rest.holds(from + kEthernet + 1)) return false;
  const std::uint16_t type = load_be16(rest.at + from + 12);
  const unsigned version = rest.at[from + kEthernet] >> 4;
  if (type == 0x0800) return version == 4;
  if (type == 0x86dd) return version == 6;
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200 || type == 0x8847 ||
         type == 0x8864;
}

Step follow_bottom(Remainder& rest) {
  if (!rest.holds(1)) return rest.on_wire == 0 ? Drop::kBadTunnel : Drop::kTruncatedTunnel;
  const unsigned nibble = rest.at[0] >> 4;
  const bool ip = nibble == 4 || nibble == 6;
  if (ip && (looks_like_ip(rest) || !looks_like_ethernet(rest, 0)))
    return nibble == 4 ? Layer::kIpv4 : Layer::kIpv6;
  if (nibble == 0 && (looks_like_ethernet(rest, kControlWord) || !looks_like_ethernet(rest, 0))) {
    if (const Drop drop = lacks(rest, kControlWord); drop != Drop::kNone) return drop;
    rest.skip(kControlWord);
    return Layer::kEthernet;
  }
  if (nibble == 1 && !looks_like_ethernet(rest, 0)) return Drop::kNotIp;
  return Layer::kEthernet;
}

}  // namespace

Step decode_mpls(Walk& walk) {
  Remainder& rest = walk.rest;
  for (unsigned n = 0; n < kEntriesMax; ++n) {
    if (const Drop drop = lacks(rest, kEntry); drop != Drop::kNone) return drop;
    const std::uint32_t entry = load_be32(rest.at);
    rest.skip(kEntry);
    if ((entry & kBottom) != 0) return open_tunnel(walk, TunnelKind::kMpls, entry >> 12, follow_bottom(rest));
  }
  return Drop::kBadTunnel;
}

}  // namespace mailtap
