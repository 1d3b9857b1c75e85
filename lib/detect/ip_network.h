// SPDX-License-Identifier: Apache-2.0
// A network in CIDR form (RFC 4632, RFC 4291 2.3), as settings name what is inside and what is a mail server.
// A bare address is a network of one. Any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "packet/ip_address.h"

namespace mailtap {

struct IpNetwork {
  IpAddress address;        // bits behind the prefix are zero
  std::uint8_t bits = 128;  // of the sixteen octets: 10.0.0.0/8 has 104

  bool contains(const IpAddress& other) const;
  bool operator==(const IpNetwork&) const = default;
};

// "10.0.0.0/8", "fd00::/8", "192.0.2.1". Bits set behind the prefix are a fault: somebody meant another one.
Result<IpNetwork> parse_network(std::string_view text);
std::string to_string(const IpNetwork& network);

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address);

}  // namespace mailtap
