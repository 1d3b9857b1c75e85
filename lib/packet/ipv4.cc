// SPDX-License-Identifier: Apache-2.0
// RFC 791 3.1: version and header words u8, tos u8, total length u16, id u16, flags and offset u16, ttl u8,
// protocol u8, checksum u16, source 4, destination 4, options.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 20;
constexpr std::uint16_t kFragmentBits = 0x3fff;  // more fragments, and the offset

}  // namespace

Step decode_ipv4(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kHeader)) return Drop::kTruncatedIp;
  const std::uint8_t* ip = rest.at;
  const std::uint32_t header = (ip[0] & 0x0fU) * 4;
  // A sender that leaves the cutting to its NIC writes 0: then the frame tells the length.
  const std::uint32_t stated = load_be16(ip + 2);
  const std::uint32_t total = stated == 0 ? rest.on_wire : stated;
  if (ip[0] >> 4 != 4 || header < kHeader || total < header || total > rest.on_wire)
    return Drop::kBadIpHeader;
  if (!rest.holds(header)) return Drop::kTruncatedIp;
  if ((load_be16(ip + 6) & kFragmentBits) != 0) return Layer::kIpv4Fragment;
  segment.source = IpAddress::from_v4(ip + 12);
  segment.destination = IpAddress::from_v4(ip + 16);
  segment.ip_version = 4;
  rest.cut_to(total);
  rest.skip(header);
  return ip[9] == kProtocolTcp ? Step(Layer::kTcp) : follow_protocol(ip[9]);
}

}  // namespace mailtap
