// SPDX-License-Identifier: Apache-2.0
// The last bytes of each direction that were handed on, so that a copy which comes later and says something
// else is noticed (an injected answer, an evasion). A page a connection, a ring a direction, indexed by
// sequence number. Holds what the wire said, passwords too: wiped when given back. One thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/page_pool.h"
#include "base/side.h"
#include "tcp/stream_state.h"

namespace mailtap {

class RecentBytes {
 public:
  // Remembers `size` (at most kOverlapBytesMax) bytes a direction, rounded up to a power of two; 0: nothing,
  // and nothing differs. Beyond so many connections the bytes of the next ones are not remembered.
  RecentBytes(std::uint32_t size, std::size_t connections);

  // What was just handed on; direction.next stands behind it.
  void note(StreamState& state, Side from, Bytes bytes);
  // Of bytes from `seq` on, those that are remembered: does one differ?
  bool differs(const StreamState& state, Side from, std::uint32_t seq, Bytes bytes) const;
  void give_back(StreamState& state);

  static std::uint32_t ring_size(std::uint32_t size);  // of one direction
  static std::size_t page_size(std::uint32_t size);    // of a connection

 private:
  std::uint8_t* ring(const StreamState& state, Side from);
  const std::uint8_t* ring(const StreamState& state, Side from) const;

  std::uint32_t size_;
  PagePool pages_;
};

}  // namespace mailtap
