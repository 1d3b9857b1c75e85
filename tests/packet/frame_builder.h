// SPDX-License-Identifier: Apache-2.0
// Frames byte by byte for the tests of this room, written without its code: headers in front of each other,
// innermost first.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "packet/decode.h"

namespace mailtap {

using Octets = std::vector<std::uint8_t>;

inline Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

inline Octets u16(unsigned value) {
  return {static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
}
inline Octets u32(std::uint32_t value) { return u16(value >> 16) + u16(value & 0xffff); }
inline Octets text(std::string_view s) { return Octets(s.begin(), s.end()); }

inline const Octets kClient4 = {192, 0, 2, 1};
inline const Octets kServer4 = {198, 51, 100, 25};
inline const Octets kClient6 = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
inline const Octets kServer6 = {0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x19};

// `options` in multiples of four.
inline Octets tcp(const Octets& payload, std::uint8_t flags = 0x18, const Octets& options = {}) {
  const auto words = static_cast<std::uint8_t>((5 + options.size() / 4) << 4);
  return u16(40000) + u16(25) + u32(0x01020304) + u32(0x0a0b0c0d) + Octets{words, flags} + u16(0x1234) +
         u16(0) + u16(0) + options + payload;
}
inline Octets ipv4_with(unsigned total, const Octets& inner, std::uint8_t protocol = 6,
                        unsigned fragment = 0x4000, const Octets& options = {}) {
  const auto first = static_cast<std::uint8_t>(0x45 + options.size() / 4);
  return Octets{first, 0} + u16(total) + u16(7) + u16(fragment) + Octets{64, protocol} + u16(0) + kClient4 +
         kServer4 + options + inner;
}
inline Octets ipv4(const Octets& inner) { return ipv4_with(static_cast<unsigned>(20 + inner.size()), inner); }
inline Octets ipv6_with(unsigned length, const Octets& inner, std::uint8_t next) {
  return u32(0x60000000) + u16(length) + Octets{next, 64} + kClient6 + kServer6 + inner;
}
inline Octets ipv6(const Octets& inner, std::uint8_t next = 6) {
  return ipv6_with(static_cast<unsigned>(inner.size()), inner, next);
}
inline Octets ethernet(unsigned type, const Octets& inner) {
  return Octets{2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2} + u16(type) + inner;
}
inline Octets tag(unsigned id, unsigned type, const Octets& inner) { return u16(id) + u16(type) + inner; }

inline Frame frame_of(const Octets& bytes, LinkType link = LinkType::kEthernet) {
  const auto size = static_cast<std::uint32_t>(bytes.size());
  return {bytes.data(), size, size, 1000, nullptr, 0, link};
}

// With the settings' defaults.
inline Drop decode(const Frame& frame, TcpSegment& segment) {
  static Decoder decoder{PacketSettings{}};
  return decoder.decode(frame, segment);
}

struct Outcome {
  Drop drop;
  TcpSegment segment;
};

// `bytes` must outlive the segment's views.
inline Outcome decoded(const Octets& bytes, LinkType link = LinkType::kEthernet) {
  Outcome outcome{};
  outcome.drop = decode(frame_of(bytes, link), outcome.segment);
  return outcome;
}

}  // namespace mailtap
