// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address in sixteen bytes, IPv4 as ::ffff:a.b.c.d (RFC 4291 2.5.5.2), so that one table and
// one comparison serve both. A packet that carries the mapped form over IPv6 is told apart by
// `TcpSegment::ip_version`.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/bytes.h"

namespace mailtap {

struct IpAddress {
  std::array<std::uint8_t, 16> octets{};

  static IpAddress from_v4(const std::uint8_t* four) {
    IpAddress address;
    std::uint64_t low = 0;
    std::memcpy(&low, four, 4);
    low = low << 32 | 0xffff'0000;  // one store that a load of the same width can be served from
    std::memcpy(address.octets.data() + 8, &low, 8);
    return address;
  }
  static IpAddress from_v6(const std::uint8_t* sixteen) {
    IpAddress address;
    std::memcpy(address.octets.data(), sixteen, 16);
    return address;
  }

  bool is_v4() const { return load_be64(octets.data()) == 0 && load_be32(octets.data() + 8) == 0xffff; }
  Bytes v4() const { return Bytes(octets).subspan(12); }

  // Halves, in the order in which addresses compare.
  std::uint64_t high() const { return load_be64(octets.data()); }
  std::uint64_t low() const { return load_be64(octets.data() + 8); }
  // 0: the same.
  std::uint64_t differs(const IpAddress& address) const {
    return (high() ^ address.high()) | (low() ^ address.low());
  }

  auto operator<=>(const IpAddress&) const = default;
};

// RFC 5952 for IPv6, dotted for IPv4. Allocates: for telling, not for a packet's path.
std::string to_string(const IpAddress& address);

}  // namespace mailtap
