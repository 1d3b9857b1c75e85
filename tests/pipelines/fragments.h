// SPDX-License-Identifier: Apache-2.0
// Frames of Conversation (Ethernet, IPv4 without options) cut into IPv4 fragments, for tests.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "tests/support/memory_source.h"

namespace mailtap {

using FragmentList = std::vector<MemoryFrame>;

// Of at most `size` octets of payload, a multiple of 8; a frame that fits one stays as it is.
inline FragmentList fragments_of(const MemoryFrame& frame, std::uint16_t id, std::size_t size) {
  constexpr std::size_t kIp = 14, kPayload = 34;
  const std::size_t total = frame.bytes.size() - kPayload;
  if (total <= size) return {frame};
  FragmentList list;
  for (std::size_t at = 0; at < total; at += size) {
    const std::size_t n = std::min(size, total - at);
    MemoryFrame piece = frame;
    piece.bytes.resize(kPayload);
    piece.bytes.insert(piece.bytes.end(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(kPayload + at),
                       frame.bytes.begin() + static_cast<std::ptrdiff_t>(kPayload + at + n));
    const auto put = [&piece](std::size_t where, std::size_t value) {
      piece.bytes[kIp + where] = static_cast<std::uint8_t>(value >> 8);
      piece.bytes[kIp + where + 1] = static_cast<std::uint8_t>(value);
    };
    put(2, 20 + n);
    put(4, id);
    put(6, at / 8 | (at + n < total ? 0x2000U : 0U));
    list.push_back(std::move(piece));
  }
  return list;
}

// All of `frames`, each cut and its fragments in reverse order.
inline FragmentList all_cut(const FragmentList& frames, std::size_t size) {
  FragmentList all;
  std::uint16_t id = 1;
  for (const MemoryFrame& frame : frames) {
    FragmentList list = fragments_of(frame, id++, size);
    std::reverse(list.begin(), list.end());
    all.insert(all.end(), list.begin(), list.end());
  }
  return all;
}

}  // namespace mailtap
