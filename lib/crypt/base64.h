// SPDX-License-Identifier: Apache-2.0
// Base64, RFC 4648 section 4 (the alphabet with + and /), into the caller's buffer. No allocation, any
// thread. What is decoded may be a secret: the caller decodes into memory that it wipes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"

namespace mailtap {

enum class Base64End : std::uint8_t {
  kWhole,         // RFC 4648 strictly: padded to a multiple of four, bits behind the last octet zero
  kUnpadded,      // everything read, but '=' is missing at the end
  kLooseBits,     // everything read, but the bits behind the last octet are not zero (3.5)
  kBadCharacter,  // stopped at a character outside the alphabet, or at data behind the padding
  kCutQuantum,    // ends with a single character, which carries no whole octet
  kNoRoom,        // `out` is full
};

struct Base64Decoded {
  std::size_t size = 0;  // octets written
  std::size_t stop = 0;  // offset of the first character that was not understood; text.size() at the end
  Base64End end = Base64End::kWhole;

  bool strict() const { return end == Base64End::kWhole; }
};

constexpr std::size_t base64_decoded_size_max(std::size_t characters) { return (characters + 3) / 4 * 3; }
constexpr std::size_t base64_encoded_size(std::size_t octets) { return (octets + 2) / 3 * 4; }

// Decodes as far as it makes sense and says how far that was: a client's broken base64 is a fact to tell.
// Whoever wants RFC 4648 and nothing else asks for strict().
Base64Decoded base64_decode(std::string_view text, std::span<std::uint8_t> out);

// Padded. Characters written: base64_encoded_size(bytes.size()), or 0 when `out` is smaller than that.
std::size_t base64_encode(Bytes bytes, std::span<char> out);

}  // namespace mailtap
