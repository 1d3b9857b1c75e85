// SPDX-License-Identifier: Apache-2.0
// What an IP header has in it, by the protocol number (IANA), and IP packets right behind it (RFC 2003, 2473,
// 4213).
#include "packet/tunnel_steps.h"

namespace mailtap {

Step decode_ip(const Remainder& rest) {
  if (!rest.holds(1)) return Drop::kTruncatedIp;
  return rest.at[0] >> 4 == 6 ? Layer::kIpv6 : Layer::kIpv4;  // anything else is a bad IPv4 header
}

Step follow_protocol(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolTcp: return Layer::kTcp;
    case 17: return Layer::kUdp;
    case 4: return Layer::kInnerIpv4;
    case 41: return Layer::kInnerIpv6;
    case 47: return Layer::kGre;
    case 137: return Layer::kMpls;  // RFC 4023
    default: return Drop::kNotTcp;
  }
}

Step decode_inner_ip(Walk& walk, Layer inner) {
  const bool in_six = walk.segment.ip_version == 6;
  if (inner == Layer::kInnerIpv4)
    return open_tunnel(walk, in_six ? TunnelKind::k4in6 : TunnelKind::kIpip, 0, Layer::kIpv4);
  return open_tunnel(walk, in_six ? TunnelKind::k6in6 : TunnelKind::k6in4, 0, Layer::kIpv6);
}

}  // namespace mailtap
