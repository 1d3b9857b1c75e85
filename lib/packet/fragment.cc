// SPDX-License-Identifier: Apache-2.0
// Fragments (RFC 791 3.2, RFC 8200 4.5): what Defragmenter needs to put their datagram together. A fragment
// of a datagram that cannot carry TCP is told as what it is: not TCP.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kOffsetUnit = 8;
constexpr std::uint16_t kOffset4 = 0x1fff, kMore4 = 0x2000;
constexpr std::uint16_t kOffset6 = 0xfff8, kMore6 = 1;  // the offset in octets as it stands
constexpr std::uint32_t kFragmentHeader = 8;

// Which port a datagram of UDP goes to stands in its first fragment only, which may come last.
bool may_carry_tcp(const Walk& walk, std::uint8_t protocol) {
  const Step above = follow_protocol(protocol);
  if (above.next == Layer::kTcp) return true;
  if (above.next == Layer::kUdp) return walk.udp_tunnels.any();
  if (above.next != Layer::kEnd) return walk.depth_max != 0;
  return walk.segment.ip_version == 6 && is_extension(protocol);
}

// `rest` is the fragment's payload.
Drop tell(Walk& walk, std::uint8_t protocol) {
  if (!may_carry_tcp(walk, protocol)) return Drop::kNotTcp;
  IpFragment& fragment = walk.fragment;
  const TcpSegment& segment = walk.segment;
  fragment.source = segment.source;
  fragment.destination = segment.destination;
  fragment.ip_version = segment.ip_version;
  fragment.protocol = protocol;
  fragment.size = walk.rest.on_wire;
  fragment.data = Bytes(walk.rest.at, walk.rest.captured);
  fragment.time = segment.time;
  fragment.vlans = segment.vlans;
  fragment.vlan_count = segment.vlan_count;
  fragment.tunnel = segment.tunnel.kind == TunnelKind::kNone ? Tunnel{} : segment.tunnel;
  return Drop::kFragment;
}

}  // namespace

// decode_ipv4() has compared the lengths.
Step decode_fragment4(Walk& walk) {
  if (walk.whole) return Drop::kBadIpHeader;
  Remainder& rest = walk.rest;
  const std::uint8_t* ip = rest.at;
  const std::uint16_t bits = load_be16(ip + 6);
  const std::uint32_t stated = load_be16(ip + 2);
  walk.segment.source = IpAddress::from_v4(ip + 12);
  walk.segment.destination = IpAddress::from_v4(ip + 16);
  walk.segment.ip_version = 4;
  walk.fragment.id = load_be16(ip + 4);
  walk.fragment.offset = (bits & kOffset4) * kOffsetUnit;
  walk.fragment.more = (bits & kMore4) != 0;
  if (stated != 0) rest.cut_to(stated);
  rest.skip((ip[0] & 0x0fU) * 4);
  return tell(walk, ip[9]);
}

// A datagram that was put together holds no further fragment header: each would ask for another round.
Step decode_fragment6(Walk& walk) {
  const std::uint8_t* header = walk.rest.at;
  if (walk.whole) return Drop::kBadExtension;
  const std::uint16_t bits = load_be16(header + 2);
  walk.fragment.id = load_be32(header + 4);
  walk.fragment.offset = bits & kOffset6;
  walk.fragment.more = (bits & kMore6) != 0;
  walk.rest.skip(kFragmentHeader);
  return tell(walk, header[0]);
}

}  // namespace mailtap
