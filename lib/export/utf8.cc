// SPDX-License-Identifier: Apache-2.0
// Well-formed sequences (RFC 3629 4):
//   00..7F | C2..DF tail | E0 A0..BF tail | E1..EC,EE..EF 2 tails | ED 80..9F tail
//   F0 90..BF 2 tails | F1..F3 3 tails | F4 80..8F 2 tails
#include "export/utf8.h"

#include <array>

namespace mailtap {

namespace {

std::uint8_t byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
}

bool is_tail(std::uint8_t byte) { return (byte & 0xc0) == 0x80; }

// Which first tail bytes keep the sequence from being overlong, a surrogate or out of range.
bool second_fits(std::uint8_t first, std::uint8_t second) {
  switch (first) {
    case 0xe0: return second >= 0xa0;
    case 0xed: return second <= 0x9f;
    case 0xf0: return second >= 0x90;
    case 0xf4: return second <= 0x8f;
    default: return true;
  }
}

std::size_t length_by_first(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

void append_hex(std::string& to, std::uint32_t value, int digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) to += kDigits[(value >> shift) & 0xf];
}

bool turns_or_hides(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x061c || (c >= 0x200b && c <= 0x200f) ||
         (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
         (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

}  // namespace

CodePoint decode_utf8(std::string_view text, std::size_t at) {
  const std::uint8_t first = byte_at(text, at);
  if (first < 0x80) return {first, 1};
  const std::size_t size = length_by_first(first);
  if (size == 0 || at + size > text.size() || !second_fits(first, byte_at(text, at + 1))) return {};
  std::uint32_t value = first & (0x7fu >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const std::uint8_t tail = byte_at(text, at + i);
    if (!is_tail(tail)) return {};
    value = value << 6 | (tail & 0x3fu);
  }
  return {value, size};
}

void append_valid_utf8(std::string& to, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    if (point.value == CodePoint::kInvalid) {
      to += "\xef\xbf\xbd";
    } else {
      to.append(text, at, point.size);
    }
    at += point.size;
  }
}

void append_printable(std::string& to, std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    if (point.value == CodePoint::kInvalid || point.value < 0x20 || point.value == 0x7f) {
      to += "\\x";
      append_hex(to, byte_at(text, at), 2);
    } else if (turns_or_hides(point.value)) {
      to += "\\u{";
      append_hex(to, point.value, point.value > 0xffff ? 6 : 4);
      to += '}';
    } else if (point.value == '\\') {
      to += "\\\\";
    } else {
      to.append(text, at, point.size);
    }
    at += point.size;
  }
}

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (const char c : text) columns += is_tail(static_cast<std::uint8_t>(c)) ? 0 : 1;
  return columns;
}

}  // namespace mailtap
