// SPDX-License-Identifier: Apache-2.0
// Pseudo-header: source, destination, length, protocol (RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6; the two
// order the last fields differently, which the sum does not mind).
#include <array>
#include <cstring>

#include "base/bytes.h"
#include "packet/decode_steps.h"
#include "packet/internet_sum.h"

namespace mailtap {
namespace {

constexpr std::size_t kChecksumAt = 16;

// An IPv4 address goes in with its prefix ::ffff: 0xffff is another zero of this sum.
InternetSum sum_pseudo_header(const TcpSegment& segment) {
  std::array<std::uint8_t, 40> header{};
  std::memcpy(header.data(), segment.source.octets.data(), 16);
  std::memcpy(header.data() + 16, segment.destination.octets.data(), 16);
  const std::uint32_t size = __builtin_bswap32(static_cast<std::uint32_t>(segment.tcp.size()));
  std::memcpy(header.data() + 32, &size, 4);
  header[39] = kProtocolTcp;
  InternetSum sum;
  sum.add(header);
  return sum;
}

}  // namespace

ChecksumVerdict verify_checksum(const TcpSegment& segment) {
  if (segment.payload_cut != 0 || segment.tcp.size() < kChecksumAt + 2) return ChecksumVerdict::kUnknown;
  InternetSum sum = sum_pseudo_header(segment);
  const std::uint16_t pseudo = sum.folded();
  sum.add(segment.tcp);
  if (sum.folded() == 0xffff) return ChecksumVerdict::kGood;
  return load_be16(segment.tcp.data() + kChecksumAt) == pseudo ? ChecksumVerdict::kPseudo
                                                               : ChecksumVerdict::kBad;
}

}  // namespace mailtap
