// SPDX-License-Identifier: Apache-2.0
// Link types that a capture makes up.
//   Linux SLL:  packet type u16, ARPHRD u16, address length u16, address 8, protocol u16
//   Linux SLL2: protocol u16, reserved u16, interface u32, ARPHRD u16, packet type u8, address length u8,
//               address 8
//   null, loop: address family u32, in the order of the host that captured, or of the network
//   kWhole:     WholeDatagram, ours
// The protocol is an EtherType where it is 0x600 at least; 4 is LLC.
#include <cstring>

#include "base/bytes.h"
#include "packet/decode_steps.h"
#include "packet/whole_datagram.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kSll = 16, kSll2 = 20, kFamily = 4;
constexpr std::uint16_t kLlcProtocol = 4;
constexpr std::uint16_t kTypeMin = 0x0600;

Step follow_sll(std::uint16_t protocol, Remainder& rest, TcpSegment& segment) {
  if (protocol == kLlcProtocol) return Layer::kLlc;
  return protocol < kTypeMin ? Step(Drop::kNotIp) : follow_ether_type(protocol, rest, segment);
}

Step decode_sll(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kSll)) return Drop::kTruncatedLink;
  const std::uint16_t protocol = load_be16(rest.at + 14);
  rest.skip(kSll);
  return follow_sll(protocol, rest, segment);
}

Step decode_sll2(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kSll2)) return Drop::kTruncatedLink;
  const std::uint16_t protocol = load_be16(rest.at);
  rest.skip(kSll2);
  return follow_sll(protocol, rest, segment);
}

// Families are small numbers, so the order shows. IPv6 is 10, 24, 28 or 30, as the system has it.
Step decode_family(Remainder& rest) {
  if (!rest.holds(kFamily)) return Drop::kTruncatedLink;
  const std::uint32_t stated = load_be32(rest.at);
  const std::uint32_t family = stated > 0xffff ? __builtin_bswap32(stated) : stated;
  rest.skip(kFamily);
  if (family == 2) return Layer::kIpv4;
  const bool six = family == 10 || family == 24 || family == 28 || family == 30;
  return six ? Step(Layer::kIpv6) : Step(Drop::kNotIp);
}

Step decode_whole(Remainder& rest, TcpSegment& segment) {
  WholeDatagram around;
  if (!rest.holds(sizeof around)) return Drop::kTruncatedLink;
  std::memcpy(&around, rest.at, sizeof around);
  rest.skip(sizeof around);
  segment.tunnel = around.tunnel;
  segment.vlans = around.vlans;
  segment.vlan_count = around.vlan_count;
  return decode_ip(rest);
}

}  // namespace

Step decode_link(LinkType link, Remainder& rest, TcpSegment& segment) {
  switch (link) {
    case LinkType::kRawIp: return decode_ip(rest);
    case LinkType::kWhole: return decode_whole(rest, segment);
    case LinkType::kLinuxSll: return decode_sll(rest, segment);
    case LinkType::kLinuxSll2: return decode_sll2(rest, segment);
    case LinkType::kNull:
    case LinkType::kLoop: return decode_family(rest);
    case LinkType::kPpp: return Layer::kPpp;
    case LinkType::kPppoe: return Layer::kPppoe;
    case LinkType::kNflog: return decode_nflog(rest);
    case LinkType::kIeee80211: return decode_ieee80211(rest);
    case LinkType::kRadiotap: return decode_radiotap(rest);
    case LinkType::kEthernet:
    case LinkType::kUnknown: break;
  }
  return Drop::kUnknownLink;
}

}  // namespace mailtap
