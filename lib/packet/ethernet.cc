// SPDX-License-Identifier: Apache-2.0
// Ethernet II: destination 6, source 6, type u16. A tag is type 0x8100, 0x88a8, 0x9100 or 0x9200, then
// priority and id (12 bits) u16, then the next type (IEEE 802.1Q, 802.1ad); id 0 is a priority and no VLAN,
// which often one direction alone has. Type 0x893f: 6 bytes of a port extender, then the next type;
// 0x8926: 4. A type below 0x600 is the length of an LLC frame (IEEE 802.3): DSAP u8, SSAP u8, control u8;
// with 0xaa, 0xaa, 3 a SNAP header follows (RFC 1042): organisation 3, type u16.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kAddresses = 12;
constexpr std::uint32_t kSnap = 8;
constexpr std::uint16_t kTypeIpv4 = 0x0800;
constexpr std::uint16_t kTypeIpv6 = 0x86dd;
constexpr std::uint16_t kTypeMin = 0x0600;
constexpr std::uint32_t kSnapStart = 0xaaaa'0300;

bool is_vlan(std::uint16_t type) {
  return type == 0x8100 || type == 0x88a8 || type == 0x9100 || type == 0x9200;
}

// Bytes of a tag and the type behind it; 0: no tag.
std::uint32_t tag_size(std::uint16_t type) {
  if (is_vlan(type)) return 4;
  return type == 0x893f ? 8 : type == 0x8926 ? 6 : 0;
}

// A fifth id of a frame has no place in the list; a fifth tag of one layer is a fault.
void note_vlan(std::uint16_t id, TcpSegment& segment) {
  if (id != 0 && segment.vlan_count < kVlansMax) segment.vlans[segment.vlan_count++] = id;
}

Drop skip_tags(std::uint16_t& type, Remainder& rest, TcpSegment& segment) {
  std::size_t vlans = 0;
  while (const std::uint32_t size = tag_size(type)) {
    if (!rest.holds(size)) return Drop::kTruncatedLink;
    if (is_vlan(type)) {
      if (vlans++ == kVlansMax) return Drop::kTooManyVlans;
      note_vlan(load_be16(rest.at) & 0x0fff, segment);
    }
    type = load_be16(rest.at + size - 2);
    rest.skip(size);
  }
  return Drop::kNone;
}

}  // namespace

Step follow_ether_type(std::uint16_t type, Remainder& rest, TcpSegment& segment) {
  if (const Drop drop = skip_tags(type, rest, segment); drop != Drop::kNone) return drop;
  switch (type) {
    case kTypeIpv4: return Layer::kIpv4;
    case kTypeIpv6: return Layer::kIpv6;
    case 0x8847:  // MPLS, RFC 5332
    case 0x8848: return Layer::kMpls;
    case 0x8864: return Layer::kPppoe;     // RFC 2516; 0x8863 is its discovery
    case 0x6558: return Layer::kEthernet;  // transparent bridging, RFC 1701
    case 0x880b: return Layer::kPpp;       // RFC 7042
    default: break;
  }
  if (type >= kTypeMin) return Drop::kNotIp;
  if (type <= rest.on_wire) rest.cut_to(type);
  return Layer::kLlc;
}

Step decode_ethernet(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kAddresses + 2)) return Drop::kTruncatedLink;
  const std::uint16_t type = load_be16(rest.at + kAddresses);
  rest.skip(kAddresses + 2);
  if (type == kTypeIpv4) return Layer::kIpv4;
  if (type == kTypeIpv6) return Layer::kIpv6;
  return follow_ether_type(type, rest, segment);
}

Step decode_llc(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kSnap)) return rest.on_wire < kSnap ? Drop::kNotIp : Drop::kTruncatedLink;
  if (load_be32(rest.at) != kSnapStart || load_be16(rest.at + 4) != 0) return Drop::kNotIp;
  const std::uint16_t type = load_be16(rest.at + 6);
  rest.skip(kSnap);
  return type < kTypeMin ? Step(Drop::kNotIp) : follow_ether_type(type, rest, segment);
}

}  // namespace mailtap
