// SPDX-License-Identifier: Apache-2.0
#include "address.h"

#include <arpa/inet.h>

namespace mailtap::traffic {

Address ipv4(std::uint32_t host_order) {
  Address address;
  for (std::size_t i = 0; i < 4; ++i)
    address.bytes[i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
  return address;
}

Address ipv6(std::uint64_t prefix, std::uint64_t host) {
  Address address;
  address.v6 = true;
  for (std::size_t i = 0; i < 8; ++i) {
    address.bytes[i] = static_cast<std::uint8_t>(prefix >> (56 - 8 * i));
    address.bytes[8 + i] = static_cast<std::uint8_t>(host >> (56 - 8 * i));
  }
  return address;
}

std::string to_text(const Address& address) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(address.v6 ? AF_INET6 : AF_INET, address.bytes.data(), text, sizeof text);
  return text;
}

}  // namespace mailtap::traffic
