// SPDX-License-Identifier: Apache-2.0
// Octets as lower-case hex digits.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mailtap {

class HexText {
 public:
  explicit HexText(const std::array<std::uint8_t, 16>& octets) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < octets.size(); ++i) {
      text_[2 * i] = kDigits[octets[i] >> 4];
      text_[2 * i + 1] = kDigits[octets[i] & 0xf];
    }
  }
  std::string_view text() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 32> text_{};
};

}  // namespace mailtap
