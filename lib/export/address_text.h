// SPDX-License-Identifier: Apache-2.0
// Addresses as text, without an allocation. Any thread.
#pragma once

#include <array>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class AddressText {
 public:
  // Dotted when `ip_version` is 4; else RFC 5952.
  AddressText(const IpAddress& address, std::uint8_t ip_version);
  // By the address itself: the mapped form is dotted.
  explicit AddressText(const IpAddress& address);

  std::string_view text() const { return {text_.data(), size_}; }

 private:
  std::array<char, 48> text_{};
  std::size_t size_ = 0;
};

// By the address itself: 4 for the mapped form.
std::uint8_t ip_version_of(const IpAddress& address);

}  // namespace mailtap
