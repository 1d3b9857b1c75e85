// SPDX-License-Identifier: Apache-2.0
// RFC 8200 3: version, class and label u32, payload length u16, next header u8, hop limit u8, source 16,
// destination 16. Then extension headers: next header u8, length u8, ...; the length counts 8 octets behind
// the first 8, in an Authentication Header (RFC 4302 2.2) 4 octets behind the first 8. Fragment header (4.5):
// next u8, reserved u8, offset and more-flag u16, id u32.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 40;
constexpr std::uint32_t kExtensionUnit = 8;
constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragmentHeader = 44, kAuthentication = 51,
                       kDestination = 60;
constexpr std::uint16_t kFragmentBits = 0xfff9;  // the offset, and more fragments

std::uint32_t size_of(std::uint8_t kind, const std::uint8_t* at) {
  if (kind == kFragmentHeader) return kExtensionUnit;
  if (kind == kAuthentication) return (at[1] + 2U) * 4;
  return (at[1] + 1U) * kExtensionUnit;
}

// An atomic fragment (RFC 6946) is a whole packet and passes.
bool is_fragment(std::uint8_t kind, const std::uint8_t* at) {
  return kind == kFragmentHeader && (load_be16(at + 2) & kFragmentBits) != 0;
}

// kNone: `next` stands behind the header that was crossed.
Step skip_extension(Remainder& rest, std::uint8_t& next) {
  if (rest.on_wire < kExtensionUnit) return Drop::kBadExtension;
  if (!rest.holds(kExtensionUnit)) return Drop::kTruncatedIp;
  const std::uint32_t size = size_of(next, rest.at);
  if (is_fragment(next, rest.at)) return Layer::kIpv6Fragment;
  next = rest.at[0];
  if (size > rest.on_wire) return Drop::kBadExtension;
  if (!rest.holds(size)) return Drop::kTruncatedIp;
  rest.skip(size);
  return Drop::kNone;
}

Step skip_extensions(Remainder& rest, std::uint8_t next) {
  for (unsigned n = 0; is_extension(next); ++n) {
    if (n == kExtensionsMax) return Drop::kBadExtension;
    const Step step = skip_extension(rest, next);
    if (step.next != Layer::kEnd || step.drop != Drop::kNone) return step;
  }
  return follow_protocol(next);
}

}  // namespace

bool is_extension(std::uint8_t protocol) {
  return protocol == kHopByHop || protocol == kRouting || protocol == kFragmentHeader ||
         protocol == kAuthentication || protocol == kDestination;
}

Step decode_ipv6(Remainder& rest, TcpSegment& segment) {
  if (!rest.holds(kHeader)) return Drop::kTruncatedIp;
  const std::uint8_t* ip = rest.at;
  // 0 stands for a length in an option, or for one that the sender leaves to its NIC: the frame tells it.
  const std::uint32_t stated = load_be16(ip + 4);
  const std::uint32_t total = stated == 0 ? rest.on_wire : kHeader + stated;
  if (ip[0] >> 4 != 6 || total > rest.on_wire) return Drop::kBadIpHeader;
  segment.source = IpAddress::from_v6(ip + 8);
  segment.destination = IpAddress::from_v6(ip + 24);
  segment.ip_version = 6;
  rest.cut_to(total);
  rest.skip(kHeader);
  return ip[6] == kProtocolTcp ? Step(Layer::kTcp) : skip_extensions(rest, ip[6]);
}

}  // namespace mailtap
