// SPDX-License-Identifier: Apache-2.0
// What is left of a frame behind the headers that were read: for the steps of decode() only. A value; its
// bytes live as long as the frame.
#pragma once

#include <algorithm>
#include <cstdint>

namespace mailtap {

struct Remainder {
  static constexpr std::uint32_t kEndUnknown = 0x8000'0000;  // more than any frame has

  const std::uint8_t* at = nullptr;
  std::uint32_t captured = 0;  // bytes that may be read at `at`; never more than on_wire
  std::uint32_t on_wire = 0;   // bytes that the packet had

  bool holds(std::uint32_t bytes) const { return captured >= bytes; }
  void skip(std::uint32_t bytes) {  // bytes <= captured
    at += bytes;
    captured -= bytes;
    on_wire -= bytes;
  }
  // Nobody tells how long the packet was. A header within that tells its own length cuts to it.
  void forget_end() { on_wire = kEndUnknown; }
  bool knows_end() const { return on_wire < kEndUnknown / 2; }
  void cut_to(std::uint32_t bytes) {  // bytes <= on_wire; what is behind is padding
    on_wire = bytes;
    captured = std::min(captured, bytes);
  }
};

}  // namespace mailtap
