// SPDX-License-Identifier: Apache-2.0
#include "tcp/held_segments.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace mailtap {
namespace {

constexpr std::size_t kHeaderSize = sizeof(HeldHeader);

bool is_before(std::uint32_t a, std::uint32_t b) { return seq_difference(a, b) < 0; }

}  // namespace

HeldSegments::HeldSegments(PagePool& pool, const TcpSettings& settings)
    : pool_(pool),
      capacity_(static_cast<std::uint32_t>(pool.page_size() - kHeaderSize)),
      pages_max_(std::min<std::uint32_t>(settings.held_pages_max, 0xffff)),
      overlap_(settings.overlap) {
  MAILTAP_CHECK(pool.page_size() >= 64 && pool.page_size() % alignof(HeldHeader) == 0);
}

HeldHeader* HeldSegments::header(std::uint32_t link) {
  return std::launder(reinterpret_cast<HeldHeader*>(pool_.at(link - 1)));
}

std::uint8_t* HeldSegments::bytes(std::uint32_t link) { return pool_.at(link - 1) + kHeaderSize; }

Bytes HeldSegments::head_bytes(const HeldList& list) {
  const HeldHeader& first = *header(list.first);
  if (first.kind == HeldKind::kCut || first.is_control()) return {};
  return {bytes(list.first), first.size};
}

std::uint32_t HeldSegments::take(StreamState& state) {
  if (state.pages >= pages_max_) return 0;
  const PageIndex page = pool_.take();
  if (page == kNoPage) return 0;
  ++state.pages;
  new (pool_.at(page)) HeldHeader();
  return page + 1;
}

// Its bytes may have been an AUTH answer. They are still in cache where they were just read or copied in, so
// that this costs a fraction of the copy; segments that come in order are never held.
void HeldSegments::release(StreamState& state, std::uint32_t link) {
  pool_.give_back_wiped(link - 1, kHeaderSize + stored(*header(link)));
  --state.pages;
}

std::uint32_t HeldSegments::stored(const HeldHeader& header) {
  return header.kind == HeldKind::kCut || header.is_control() ? 0 : header.size;
}

// A page holds the bytes of its header's size and none behind them.
void HeldSegments::shorten(std::uint32_t link, std::uint32_t size) {
  HeldHeader& held = *header(link);
  if (held.kind != HeldKind::kCut) pool_.wipe(link - 1, kHeaderSize + size, held.size - size);
  held.size = size;
}

std::uint32_t HeldSegments::detach_head(HeldList& list) {
  const std::uint32_t link = list.first;
  const HeldHeader& first = *header(link);
  list.bytes -= first.size;
  list.first = first.next;
  if (list.first == 0) list.last = 0;
  return link;
}

void HeldSegments::clear(StreamState& state, HeldList& list) {
  while (!list.empty()) drop_head(state, list);
}

// In front of the cursor; the cursor then stands behind what was put in.
void HeldSegments::link_in(HeldList& list, Cursor& cursor, std::uint32_t link) {
  header(link)->next = cursor.at;
  if (cursor.before == 0) {
    list.first = link;
  } else {
    header(cursor.before)->next = link;
  }
  if (cursor.at == 0) list.last = link;
  list.bytes += header(link)->size;
  cursor.before = link;
}

void HeldSegments::unlink(StreamState& state, HeldList& list, Cursor& cursor) {
  const std::uint32_t gone = cursor.at;
  cursor.at = header(gone)->next;
  list.bytes -= header(gone)->size;
  if (cursor.before == 0) {
    list.first = cursor.at;
  } else {
    header(cursor.before)->next = cursor.at;
  }
  if (cursor.at == 0) list.last = cursor.before;
  release(state, gone);
}

// What nobody holds yet, from result.taken up to `to`, in as many pages as it takes.
bool HeldSegments::place(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input,
                         std::uint32_t to, HeldResult& result) {
  while (result.taken < to) {
    const std::uint32_t link = take(state);
    if (link == 0) return false;
    const std::uint32_t left = to - result.taken;
    const std::uint32_t size = input.data == nullptr ? left : std::min(left, capacity_);
    HeldHeader& placed = *header(link);
    placed = input.header;
    placed.seq = input.header.seq + result.taken;
    placed.size = size;
    if (input.data != nullptr) std::memcpy(bytes(link), input.data + result.taken, size);
    link_in(list, cursor, link);
    result.taken += size;
  }
  return true;
}

// Of two copies with the same bytes the one that acknowledges less was sent first.
void HeldSegments::compare(HeldHeader& old, std::uint8_t* old_bytes, const HeldInput& input, std::uint32_t to,
                           HeldResult& result) {
  if (old.kind == HeldKind::kGood && input.header.kind == HeldKind::kGood) {
    std::uint8_t* at = old_bytes + (input.header.seq + result.taken - old.seq);
    const std::uint8_t* fresh = input.data + result.taken;
    const std::uint32_t size = to - result.taken;
    if (std::memcmp(at, fresh, size) != 0) {
      result.conflict = true;
      if (overlap_ == OverlapPolicy::kLast) std::memcpy(at, fresh, size);
    }
    if (!input.header.has_ack || !old.has_ack) {
      old.has_ack = false;
    } else if (is_before(input.header.ack, old.ack)) {
      old.ack = input.header.ack;
    }
  }
  result.repeated += to - result.taken;
  result.taken = to;
}

// The weaker segment at the cursor gives up [from, to). A rest behind `to` stays only where nothing is left
// in front of it: that much may become a hole again, which is told as one if it stays.
void HeldSegments::yield(StreamState& state, HeldList& list, Cursor& cursor, std::uint32_t from,
                         std::uint32_t to) {
  HeldHeader& old = *header(cursor.at);
  if (is_before(old.seq, from)) {
    list.bytes -= old.end() - from;
    shorten(cursor.at, from - old.seq);
    cursor.before = cursor.at;
    cursor.at = old.next;
  } else if (is_before(to, old.end())) {
    const std::uint32_t off = to - old.seq;
    if (old.kind != HeldKind::kCut) std::memmove(bytes(cursor.at), bytes(cursor.at) + off, old.size - off);
    list.bytes -= off;
    old.seq = to;
    shorten(cursor.at, old.size - off);
  } else {
    unlink(state, list, cursor);
  }
}

// The bytes of a held segment from `at` on go to a page of their own, so that the two parts may differ in
// what they acknowledge. False: there is no page.
bool HeldSegments::split(StreamState& state, HeldList& list, std::uint32_t link, std::uint32_t at) {
  const std::uint32_t rest = take(state);
  if (rest == 0) return false;
  HeldHeader& front = *header(link);
  HeldHeader& back = *header(rest);
  back = front;
  back.seq = at;
  back.size = front.end() - at;
  std::memcpy(bytes(rest), bytes(link) + (at - front.seq), back.size);
  shorten(link, at - front.seq);
  front.next = rest;
  if (list.last == link) list.last = rest;
  return true;
}

// A copy that acknowledges less than the held one says so of the bytes they share, not of their neighbours:
// those may answer what came in between. Without a page for it the whole segment takes the lower number.
void HeldSegments::part_shared(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input,
                               std::uint32_t from, std::uint32_t to) {
  const HeldHeader& old = *header(cursor.at);
  const bool lowers = old.kind == HeldKind::kGood && input.header.kind == HeldKind::kGood && old.has_ack &&
                      (!input.header.has_ack || is_before(input.header.ack, old.ack));
  if (!lowers) return;
  if (is_before(old.seq, from) && split(state, list, cursor.at, from)) cursor = {cursor.at, old.next};
  if (is_before(to, header(cursor.at)->end())) split(state, list, cursor.at, to);
}

void HeldSegments::meet(StreamState& state, HeldList& list, Cursor& cursor, const HeldInput& input,
                        HeldResult& result) {
  const HeldHeader& old = *header(cursor.at);
  const std::uint32_t seq = input.header.seq;
  const std::uint32_t end = seq + input.header.size;
  const std::uint32_t to = is_before(old.end(), end) ? old.end() : end;
  if (input.header.kind > old.kind) {
    yield(state, list, cursor, seq + result.taken, to);
  } else {
    part_shared(state, list, cursor, input, seq + result.taken, to);
    compare(*header(cursor.at), bytes(cursor.at), input, to - seq, result);
  }
}

// Where the next held bytes begin, at most `end`. A FIN or RST in between parts nothing: if the stream goes
// past it, it was never the sender's.
std::uint32_t HeldSegments::next_data_seq(std::uint32_t link, std::uint32_t end) {
  while (link != 0 && header(link)->is_control()) link = header(link)->next;
  return link == 0 ? end : header(link)->seq;
}

HeldResult HeldSegments::insert_data(StreamState& state, HeldList& list, const HeldInput& input) {
  HeldResult result;
  const std::uint32_t seq = input.header.seq;
  const std::uint32_t size = input.header.size;
  Cursor cursor{0, list.first};
  if (list.last != 0 && !is_before(seq, header(list.last)->end())) cursor = {list.last, 0};
  while (cursor.at != 0 && result.taken < size) {
    const HeldHeader& old = *header(cursor.at);
    if (old.is_control() ? !is_before(seq + result.taken, old.seq)
                         : !is_before(seq + result.taken, old.end())) {
      cursor = {cursor.at, old.next};
    } else if (is_before(seq + result.taken, old.seq)) {
      const std::uint32_t to = std::min(size, next_data_seq(cursor.at, seq + size) - seq);
      if (!place(state, list, cursor, input, to, result)) return result;
    } else {
      meet(state, list, cursor, input, result);
    }
  }
  result.complete = place(state, list, cursor, input, size, result);
  return result;
}

HeldResult HeldSegments::insert_control(StreamState& state, HeldList& list, const HeldInput& input) {
  HeldResult result;
  Cursor cursor{0, list.first};
  while (cursor.at != 0 && !is_before(input.header.seq, header(cursor.at)->seq)) {
    HeldHeader& old = *header(cursor.at);
    const bool both_fins = old.kind != HeldKind::kRst && input.header.kind != HeldKind::kRst;
    if (old.is_control() && old.seq == input.header.seq && (both_fins || old.kind == input.header.kind)) {
      if (input.header.kind == HeldKind::kFin && old.kind == HeldKind::kBadFin) {
        const std::uint32_t next = old.next;
        old = input.header;
        old.next = next;
      }
      result.complete = true;
      return result;
    }
    cursor = {cursor.at, old.next};
  }
  const std::uint32_t link = take(state);
  if (link == 0) return result;
  *header(link) = input.header;
  link_in(list, cursor, link);
  result.complete = true;
  return result;
}

HeldResult HeldSegments::insert(StreamState& state, HeldList& list, const HeldInput& input) {
  return input.header.is_control() ? insert_control(state, list, input) : insert_data(state, list, input);
}

}  // namespace mailtap
