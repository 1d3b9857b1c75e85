// SPDX-License-Identifier: Apache-2.0
// Ethernet II: destination 6, source 6, type u16. A tag is type 0x8100, 0x88a8 or 0x9100, then priority and
// id (12 bits) u16, then the next type (IEEE 802.1Q, 802.1ad). A type below 0x600 is a length: no IP.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kAddresses = 12;
constexpr std::uint32_t kTag = 4;
constexpr std::uint16_t kTypeIpv4 = 0x0800;
constexpr std::uint16_t kTypeIpv6 = 0x86dd;

bool is_tag(std::uint16_t type) { return type == 0x8100 || type == 0x88a8 || type == 0x9100; }

Drop skip_tags(Remainder& rest, TcpSegment& segment) {
  while (is_tag(load_be16(rest.at))) {
    if (!rest.holds(kTag + 2)) return Drop::kTruncatedLink;
    if (segment.vlan_count == kVlansMax) return Drop::kTooManyVlans;
    segment.vlans[segment.vlan_count++] = load_be16(rest.at + 2) & 0x0fff;
    rest.skip(kTag);
  }
  return Drop::kNone;
}

}  // namespace

Drop decode_ethernet(Remainder& rest, TcpSegment& segment, IpVersion& version) {
  if (!rest.holds(kAddresses + 2)) return Drop::kTruncatedLink;
  rest.skip(kAddresses);
  if (const Drop drop = skip_tags(rest, segment); drop != Drop::kNone) return drop;
  const std::uint16_t type = load_be16(rest.at);
  rest.skip(2);
  version = type == kTypeIpv4 ? IpVersion::kV4 : IpVersion::kV6;
  return type == kTypeIpv4 || type == kTypeIpv6 ? Drop::kNone : Drop::kNotIp;
}

}  // namespace mailtap
