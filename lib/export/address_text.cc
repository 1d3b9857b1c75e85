// SPDX-License-Identifier: Apache-2.0
#include "export/address_text.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

namespace mailtap {

std::uint8_t ip_version_of(const IpAddress& address) {
  static constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  return std::equal(kMapped.begin(), kMapped.end(), address.octets.begin()) ? 4 : 6;
}

AddressText::AddressText(const IpAddress& address, std::uint8_t ip_version) {
  const bool v4 = ip_version == 4;
  const std::uint8_t* const from = address.octets.data() + (v4 ? 12 : 0);
  if (inet_ntop(v4 ? AF_INET : AF_INET6, from, text_.data(), text_.size()) != nullptr) {
    size_ = std::strlen(text_.data());
  }
}

AddressText::AddressText(const IpAddress& address) : AddressText(address, ip_version_of(address)) {}

}  // namespace mailtap
