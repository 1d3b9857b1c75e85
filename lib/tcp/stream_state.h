// SPDX-License-Identifier: Apache-2.0
// What reassembly remembers of one connection, both directions. All bytes zero is a connection of which
// nothing was seen. Lives in its owner's session; owns pages of the pool until StreamReassembler::finish(),
// skip() or discard(). Sequence numbers are compared by their difference (RFC 9293 3.4): 32 bits wrap.
#pragma once

#include <array>
#include <cstdint>

#include "base/page_pool.h"
#include "base/side.h"
#include "base/time.h"

namespace mailtap {

// Distance from b to a; right as long as the two are less than 2 GiB apart.
constexpr std::int32_t seq_difference(std::uint32_t a, std::uint32_t b) {
  return static_cast<std::int32_t>(a - b);
}

constexpr bool seq_after(std::uint32_t a, std::uint32_t b) { return seq_difference(a, b) > 0; }

// Segments of one direction that wait, sorted by sequence number. Links are page numbers plus one: 0 is none.
struct HeldList {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t bytes = 0;
  bool empty() const { return first == 0; }
};

namespace stream_mark {
inline constexpr std::uint16_t kStarted = 0x001;    // `next` is valid
inline constexpr std::uint16_t kSynSeen = 0x002;    // by its own SYN
inline constexpr std::uint16_t kAckKnown = 0x004;   // `acked` is valid; before the start `next` is the lowest
inline constexpr std::uint16_t kGoodSeen = 0x008;   // a right checksum: wrong ones are no longer believed
inline constexpr std::uint16_t kHeard = 0x010;      // a byte came since `acked_since`
inline constexpr std::uint16_t kAbsent = 0x020;     // nobody waits for this side
inline constexpr std::uint16_t kAckedHole = 0x040;  // `acked_since`, `acked_hole` are valid
inline constexpr std::uint16_t kStuck = 0x080;      // `stuck_since` is valid: segments wait
inline constexpr std::uint16_t kStarting = 0x100;   // not started, something waits since `acked_since`
inline constexpr std::uint16_t kGivenUp = 0x200;    // `give_up` is valid
inline constexpr std::uint16_t kFinDone = 0x400;    // on_close was told
inline constexpr std::uint16_t kWindowKnown = 0x800;
inline constexpr std::uint16_t kFinCrossed =
    0x1000;  // skip() found the FIN waiting; told before the call ends
inline constexpr std::uint16_t kTimed = kAckedHole | kStuck | kStarting;
}  // namespace stream_mark

struct StreamDirection {         // of the bytes that one side sends
  std::uint64_t bytes = 0;       // payload octets handed on, lost or crossed
  TimeNs acked_since = 0;        // when the other side first acknowledged what we lack
  TimeNs stuck_since = 0;        // when the first of the waiting segments began to be the next
  std::uint32_t next = 0;        // the next number to hand on
  std::uint32_t acked = 0;       // highest number the other side acknowledged
  std::uint32_t acked_hole = 0;  // what it had acknowledged at acked_since
  std::uint32_t give_up = 0;     // below it nothing is waited for
  std::uint32_t stray_next = 0;  // end of the last segment that was too far away to be believed
  HeldList held;
  std::uint16_t marks = 0;
  std::uint16_t window = 0;       // last advertised by this side, unscaled
  std::uint8_t window_shift = 0;  // of this side's window
  std::uint8_t strays = 0;        // how many of them followed each other
  std::uint16_t recent = 0;       // how many of the last bytes handed on are remembered

  bool is(std::uint16_t mark) const { return (marks & mark) != 0; }
  void set(std::uint16_t mark) { marks = static_cast<std::uint16_t>(marks | mark); }
  void clear(std::uint16_t mark) { marks = static_cast<std::uint16_t>(marks & ~mark); }
};

struct StreamState {
  std::array<StreamDirection, 2> directions;  // by sending side
  TimeNs time = 0;                            // of the last call to the consumer
  std::uint32_t recent = 0;                   // RecentBytes' page number plus one; 0: none
  std::uint16_t pages = 0;                    // of the pool
  bool skipping = false;                      // nobody wants the bytes any more
  bool over = false;                          // reset

  StreamDirection& of(Side side) { return directions[index_of(side)]; }
  const StreamDirection& of(Side side) const { return directions[index_of(side)]; }

  // A right checksum of this side was seen before the first call.
  void note_good_sum(Side side) { of(side).set(stream_mark::kGoodSeen); }

  std::uint64_t bytes(Side side) const { return of(side).bytes; }
  bool closed() const {
    return over || (of(Side::kA).is(stream_mark::kFinDone) && of(Side::kB).is(stream_mark::kFinDone));
  }
  bool midstream(Side side) const {
    return of(side).is(stream_mark::kStarted) && !of(side).is(stream_mark::kSynSeen);
  }
  bool one_sided() const {
    return of(Side::kA).is(stream_mark::kAbsent) || of(Side::kB).is(stream_mark::kAbsent);
  }
};
static_assert(sizeof(StreamDirection) == 64 && sizeof(StreamState) == 144);

}  // namespace mailtap
