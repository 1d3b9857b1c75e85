// SPDX-License-Identifier: Apache-2.0
// Pseudo-header: source, destination, length, protocol (RFC 9293 3.1 for IPv4, RFC 8200 8.1 for IPv6; the two
// order the last fields differently, which the sum does not mind).
#include "base/bytes.h"
#include "packet/decode_steps.h"
#include "packet/internet_sum.h"

namespace mailtap {
namespace {

constexpr std::size_t kChecksumAt = 16;

InternetSum sum_pseudo_header(const TcpSegment& segment) {
  const std::size_t skip = segment.ip_version == 4 ? 12 : 0;
  const std::size_t size = segment.tcp.size();
  const std::uint8_t rest[6] = {static_cast<std::uint8_t>(size >> 24),
                                static_cast<std::uint8_t>(size >> 16),
                                static_cast<std::uint8_t>(size >> 8),
                                static_cast<std::uint8_t>(size),
                                0,
                                kProtocolTcp};
  InternetSum sum;
  sum.add(Bytes(segment.source.octets).subspan(skip));
  sum.add(Bytes(segment.destination.octets).subspan(skip));
  sum.add(rest);
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
