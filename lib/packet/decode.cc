// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.h"

#include <algorithm>
#include <cstring>

#include "packet/decode_steps.h"
#include "packet/whole_datagram.h"

namespace mailtap {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Drop::kCount)> kNames = {
    "none",          "truncated_link", "unknown_link", "not_ip",  "too_many_vlans", "truncated_ip",
    "bad_ip_header", "bad_extension",  "fragment",     "not_tcp", "truncated_tcp",  "bad_tcp_header"};

Drop find_ip(const Frame& frame, Remainder& rest, TcpSegment& segment, IpVersion& version) {
  if (frame.link == LinkType::kEthernet) return decode_ethernet(rest, segment, version);
  if (frame.link == LinkType::kWhole) {
    WholeDatagram around;
    std::memcpy(&around, rest.at, sizeof around);
    rest.skip(sizeof around);
    segment.tunnel = around.tunnel;
    segment.vlans = around.vlans;
    segment.vlan_count = around.vlan_count;
  } else if (frame.link != LinkType::kRawIp) {
    return Drop::kUnknownLink;
  }
  if (!rest.holds(1)) return Drop::kTruncatedIp;
  version = rest.at[0] >> 4 == 6 ? IpVersion::kV6 : IpVersion::kV4;  // anything else is a bad IPv4 header
  return Drop::kNone;
}

}  // namespace

std::string_view name_of(Drop drop) {
  return drop < Drop::kCount ? kNames[static_cast<std::size_t>(drop)] : std::string_view("unknown");
}

Decoder::Decoder(const PacketSettings& settings) : settings_(settings) {}

Drop Decoder::decode(const Frame& frame, TcpSegment& segment) {
  Remainder rest{frame.data, frame.captured, std::max(frame.captured, frame.on_wire)};
  IpVersion version = IpVersion::kV4;
  segment.vlan_count = 0;
  segment.vlans = {};
  segment.tunnel = {};
  segment.time = frame.time;
  if (const Drop drop = find_ip(frame, rest, segment, version); drop != Drop::kNone) return drop;
  const Drop drop = version == IpVersion::kV4 ? decode_ipv4(rest, segment) : decode_ipv6(rest, segment);
  return drop != Drop::kNone ? drop : decode_tcp(rest, segment);
}

}  // namespace mailtap
