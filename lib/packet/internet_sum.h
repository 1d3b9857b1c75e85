// SPDX-License-Identifier: Apache-2.0
// The Internet checksum's sum (RFC 1071): ones' complement over 16-bit words, added in any number of pieces
// of any length. The wide loop is chosen by CPU when the program starts. A value; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace mailtap {

class InternetSum {
 public:
  void add(Bytes bytes);

  // Folded, not complemented, as a number in host order: 0xffff over data that holds its right checksum.
  std::uint16_t folded() const;

 private:
  std::uint64_t sum_ = 0;  // of words in the machine's own order: the sum does not mind (RFC 1071 2 B)
  bool odd_ = false;       // the next byte is the second of its word
};

}  // namespace mailtap
