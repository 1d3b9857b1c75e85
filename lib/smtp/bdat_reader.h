// SPDX-License-Identifier: Apache-2.0
// Crosses a chunk that comes behind BDAT (RFC 3030 2): its length says where it ends, gaps included.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mailtap::smtp {

class BdatReader {
 public:
  void begin(std::uint64_t size) { left_ = size; }
  // How many of the next n bytes belong to the chunk.
  std::uint64_t cross(std::uint64_t n) {
    const std::uint64_t crossed = std::min(n, left_);
    left_ -= crossed;
    return crossed;
  }
  bool ended() const { return left_ == 0; }

 private:
  std::uint64_t left_ = 0;
};

}  // namespace mailtap::smtp
