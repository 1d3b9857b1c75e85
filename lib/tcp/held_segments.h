// SPDX-License-Identifier: Apache-2.0
// The waiting segments of one direction: a list sorted by sequence number, a page a segment, in which no byte
// is held twice. Overlaps are settled when a segment is put in. What a page held is wiped when it is given
// up, for it may have been a secret. One thread.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/page_pool.h"
#include "base/time.h"
#include "tcp/stream_state.h"
#include "tcp/tcp_settings.h"

namespace mailtap {

// A stronger copy replaces a weaker one.
enum class HeldKind : std::uint8_t {
  kCut,  // known to have existed, not captured: a gap in the making
  kBad,  // wrong checksum
  kGood,
  kFin,  // no bytes; stands at the number of the FIN
  kBadFin,
  kRst,  // no bytes; stands at the number of the RST
};

struct HeldHeader {
  TimeNs time = 0;
  std::uint32_t next = 0;  // page number plus one
  std::uint32_t seq = 0;
  std::uint32_t size = 0;  // bytes of the stream; for kCut none of them is stored
  std::uint32_t ack = 0;   // what its sender had seen, with has_ack
  HeldKind kind = HeldKind::kGood;
  bool has_ack = false;
  bool counted = false;  // as waiting for the other direction

  std::uint32_t end() const { return seq + size; }
  bool is_control() const { return kind >= HeldKind::kFin; }
};
static_assert(sizeof(HeldHeader) == 32);

// What is to be put in: `size` bytes from `seq`, stored ones at `data` (null for kCut and controls).
struct HeldInput {
  const std::uint8_t* data = nullptr;
  HeldHeader header;
};

struct HeldResult {
  std::uint32_t taken = 0;  // bytes from the front that are settled; less than size when no page was left
  bool complete = false;
  bool conflict = false;
  std::uint32_t repeated = 0;  // bytes that were there already
};

class HeldSegments {
 public:
  HeldSegments(PagePool& pool, const TcpSettings& settings);

  HeldResult insert(StreamState& state, HeldList& list, const HeldInput& input);

  // Head of a list that is not empty. The reference is good until the list changes.
  HeldHeader& head(const HeldList& list) { return *header(list.first); }
  Bytes head_bytes(const HeldList& list);
  // Takes the head off; its page is still owned by the caller, who gives it to release().
  std::uint32_t detach_head(HeldList& list);
  void release(StreamState& state, std::uint32_t link);
  void drop_head(StreamState& state, HeldList& list) { release(state, detach_head(list)); }
  void clear(StreamState& state, HeldList& list);
  std::uint32_t end_of(const HeldList& list) { return header(list.last)->end(); }

 private:
  struct Cursor {
    std::uint32_t before = 0;  // the link in front of `at`; 0: the list's beginning
    std::uint32_t at = 0;
  };

  HeldHeader* header(std::uint32_t link);
  std::uint8_t* bytes(std::uint32_t link);
  static std::uint32_t stored(const HeldHeader& header);  // bytes in its page
  void shorten(std::uint32_t link, std::uint32_t size);
  std::uint32_t take(StreamState& state);
  void link_in(HeldList& list, Cursor& cursor, std::uint32_t link);
  void unlink(StreamState& state, HeldList& list, Cursor& cursor);
  bool place(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input, std::uint32_t to,
             HeldResult& result);
  bool split(StreamState& state, HeldList& list, std::uint32_t link, std::uint32_t at);
  void part_shared(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input,
                   std::uint32_t from, std::uint32_t to);
  void meet(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input, HeldResult& result);
  void yield(StreamState& state, HeldList& list, Cursor& cursor, std::uint32_t from, std::uint32_t to);
  void compare(HeldHeader& old, std::uint8_t* old_bytes, const HeldInput& input, std::uint32_t to,
               HeldResult& result);
  std::uint32_t next_data_seq(std::uint32_t link, std::uint32_t end);
  HeldResult insert_control(StreamState& state, HeldList& list, const HeldInput& input);
  HeldResult insert_data(StreamState& state, HeldList& list, const HeldInput& input);

  PagePool& pool_;
  std::uint32_t capacity_;
  std::uint32_t pages_max_;
  OverlapPolicy overlap_;
};

}  // namespace mailtap
