// SPDX-License-Identifier: Apache-2.0
// PPP: [address 0xff, control 3 (RFC 1662),] protocol u8 if odd, else u16 (RFC 1661 2). Cisco HDLC instead:
// address 0x0f or 0x8f, control 0, EtherType u16.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint16_t kHdlc = 0xff03;
constexpr std::uint16_t kCiscoUnicast = 0x0f00, kCiscoMulticast = 0x8f00;

Step follow_ppp(unsigned protocol) {
  switch (protocol) {
    case 0x0021: return Layer::kIpv4;
    case 0x0057: return Layer::kIpv6;
    case 0x0281:  // MPLS, RFC 3032 4
    case 0x0283: return Layer::kMpls;
    default: return Drop::kNotIp;
  }
}

}  // namespace

Step decode_ppp(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(2)) return Drop::kTruncatedLink;
  const std::uint16_t first = load_be16(rest.at);
  if (first == kCiscoUnicast || first == kCiscoMulticast) {
    if (!rest.holds(4)) return Drop::kTruncatedLink;
    const std::uint16_t type = load_be16(rest.at + 2);
    rest.skip(4);
    return follow_ether_type(type, rest, segment);
  }
  if (first == kHdlc) rest.skip(2);
  if (!rest.holds(2)) return Drop::kTruncatedLink;
  const bool compressed = (rest.at[0] & 1) != 0;
  const unsigned protocol = compressed ? rest.at[0] : load_be16(rest.at);
  rest.skip(compressed ? 1 : 2);
  return follow_ppp(protocol);
}

}  // namespace mailtap
