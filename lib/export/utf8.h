// SPDX-License-Identifier: Apache-2.0
// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Traffic holds any
// bytes; outputs must not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mailtap {

struct CodePoint {
  static constexpr std::uint32_t kInvalid = 0xffff'ffff;
  std::uint32_t value = kInvalid;
  std::size_t size = 1;  // bytes; 1 when invalid
};

// At `at` < text.size().
CodePoint decode_utf8(std::string_view text, std::size_t at);

// Appends the text with each byte that is not UTF-8 replaced by U+FFFD.
void append_valid_utf8(std::string& to, std::string_view text);

// Appends the text so that a terminal only shows it: controls, characters that turn the direction of writing
// and bytes that are not UTF-8 become \xNN or \u{NNNN}, a backslash is doubled.
void append_printable(std::string& to, std::string_view text);

// How many columns the (valid) text takes, one a code point.
std::size_t columns_of(std::string_view text);

}  // namespace mailtap
