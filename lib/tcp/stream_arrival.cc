// SPDX-License-Identifier: Apache-2.0
// A segment comes: what of it is believed, what goes on at once, what has to wait.
#include <algorithm>

#include "tcp/stream_call.h"

namespace mailtap {
namespace {

using namespace stream_mark;

constexpr std::uint8_t kStraysToFollow = 4;
constexpr std::uint32_t kWindowMin = 65'535;       // slack for a window that opened out of our sight
constexpr std::int32_t kAheadOfNextMax = 1 << 30;  // differences of numbers stay meaningful
constexpr std::uint8_t kWindowShiftMax = 14;       // RFC 7323 2.3

HeldInput make_input(const StreamSegment& segment, HeldKind kind, std::uint32_t seq, std::uint32_t size,
                     bool has_ack) {
  HeldInput input;
  input.header.time = segment.time;
  input.header.seq = seq;
  input.header.size = size;
  input.header.ack = segment.ack;
  input.header.kind = kind;
  input.header.has_ack = has_ack;
  return input;
}

void note_window(StreamDirection& direction, const StreamSegment& segment) {
  if (segment.has(stream_flag::kRst)) return;  // says nothing, often zero
  direction.window = segment.window;
  direction.set(kWindowKnown);
  if (segment.has(stream_flag::kSyn))
    direction.window_shift = segment.window_shift == kNoWindowShift
                                 ? std::uint8_t{0}
                                 : std::min(segment.window_shift, kWindowShiftMax);
}

}  // namespace

void StreamReassembler::arrive(Call& call, const StreamSegment& segment) {
  StreamState& state = call.state;
  StreamDirection& from = state.of(segment.from);
  if (segment.checksum == StreamChecksum::kGood) from.set(kGoodSeen);
  const bool bad = segment.checksum == StreamChecksum::kBad && from.is(kGoodSeen);
  const bool syn = segment.has(stream_flag::kSyn) && !bad;
  if (syn) take_syn(state, segment);
  Arrival arrival{segment,
                  segment.from,
                  segment.seq + (syn ? 1 : 0),
                  static_cast<std::uint32_t>(segment.payload.size()) + segment.payload_cut,
                  bad,
                  false};
  if (!believable(call, arrival)) return;
  if (state.skipping) return cross(call, segment);
  if (!bad) {
    note_window(from, segment);
    arrival.has_ack = note_ack(state, segment);
  }
  take_bytes(call, arrival);
  if (state.skipping) return cross(call, segment);
  if (segment.has(stream_flag::kFin)) take_fin(call, arrival);
  if (segment.has(stream_flag::kRst) && !bad) take_rst(call, arrival);
  pump(call);
  for (const Side side : {Side::kA, Side::kB}) {
    settle(call, side);
    enforce_limits(call, side);
  }
  tell_crossed_fins(call);
}

// A repeated SYN may come with another number as long as nothing was said (a SYN cookie, an impatient
// client).
void StreamReassembler::take_syn(StreamState& state, const StreamSegment& segment) {
  StreamDirection& from = state.of(segment.from);
  const std::uint32_t start = segment.seq + 1;
  if (!from.is(kStarted)) {
    start_at(from, start);
    from.set(kSynSeen);
  } else if (start + static_cast<std::uint32_t>(from.bytes) == from.next) {
    from.set(kSynSeen);
  } else if (from.bytes == 0 && from.held.empty() && from.is(kSynSeen) && !from.is(kFinDone)) {
    from.next = start;
    from.clear(kAckKnown | kAckedHole | kGivenUp);
  }
}

// Too far from where the stream is: of another connection, or garbage, or, when several follow each other,
// where the stream went on while nobody looked. Before the start the first number held is what the others are
// measured by (in `give_up`, which has no other use then), so that the numbers of a list always have an
// order.
bool StreamReassembler::believable(Call& call, const Arrival& arrival) {
  StreamDirection& from = call.state.of(arrival.from);
  const auto limit = static_cast<std::int32_t>(settings_.ahead_bytes_max);
  const bool started = from.is(kStarted);
  if (!started && from.held.empty()) from.give_up = arrival.seq;
  const std::int32_t ahead = seq_difference(arrival.seq, started ? from.next : from.give_up);
  const bool beyond_acked =
      !started || !from.is(kAckKnown) || seq_difference(arrival.seq, from.acked) > limit;
  if (ahead >= -limit && (ahead <= limit || !beyond_acked)) {
    if (arrival.size > 0) from.strays = 0;
    return true;
  }
  counters_.strays.add(1);
  if (arrival.size == 0 || arrival.bad || arrival.end() == from.stray_next) return false;
  const bool follows = from.strays > 0 && arrival.seq == from.stray_next;
  from.strays = follows ? static_cast<std::uint8_t>(from.strays + 1) : std::uint8_t{1};
  from.stray_next = arrival.end();
  if (from.strays < kStraysToFollow) return false;
  held_.clear(call.state, from.held);
  from.clear(kTimed | kGivenUp | kAckKnown);
  from.strays = 0;
  if (started) gap(call, arrival.from, ahead > 0 ? static_cast<std::uint32_t>(ahead) : 0);
  start_at(from, arrival.seq);
  return true;
}

void StreamReassembler::start_at(StreamDirection& direction, std::uint32_t seq) const {
  direction.next = seq;
  direction.set(kStarted);
  direction.clear(kStarting);
  const std::int32_t acked = seq_difference(direction.acked, seq);
  const auto limit = static_cast<std::int32_t>(settings_.ahead_bytes_max);
  if (acked > limit || acked < -limit) direction.clear(kAckKnown);
}

// True when the acknowledgement is believed. Before the start of the other side `next` is the lowest one.
bool StreamReassembler::note_ack(StreamState& state, const StreamSegment& segment) {
  if (!segment.has(stream_flag::kAck)) return false;
  StreamDirection& to = state.of(other(segment.from));
  const auto limit = static_cast<std::int32_t>(settings_.ahead_bytes_max);
  const bool started = to.is(kStarted);
  if (started || to.is(kAckKnown)) {
    const bool acked_leads = to.is(kAckKnown) && seq_after(to.acked, to.next);
    const std::int32_t ahead = seq_difference(segment.ack, to.next);
    if (ahead > kAheadOfNextMax || (!started && ahead < -limit)) return false;
    if (seq_difference(segment.ack, acked_leads ? to.acked : to.next) > limit) return false;
  }
  if (!started && (!to.is(kAckKnown) || seq_after(to.next, segment.ack))) to.next = segment.ack;
  if (!to.is(kAckKnown) || seq_after(segment.ack, to.acked)) to.acked = segment.ack;
  to.set(kAckKnown);
  return true;
}

void StreamReassembler::take_bytes(Call& call, const Arrival& arrival) {
  StreamDirection& from = call.state.of(arrival.from);
  if (arrival.size == 0) return;
  from.set(kHeard);
  from.clear(kAbsent);
  std::uint32_t off = 0;
  if (from.is(kStarted) && seq_after(from.next, arrival.seq))
    off = std::min(from.next - arrival.seq, arrival.size);
  if (off > 0) {
    counters_.retransmitted_bytes.add(off);
    compare_again(call, arrival);
  }
  if (off == arrival.size || from.is(kFinDone)) return;
  const Bytes payload = arrival.segment.payload;
  const Bytes stored = payload.subspan(std::min<std::size_t>(off, payload.size()));
  const auto stored_size = static_cast<std::uint32_t>(stored.size());
  const std::uint32_t seq = arrival.seq + off;
  const std::uint32_t cut = arrival.size - off - stored_size;
  const bool alone = from.held.empty() || !seq_after(arrival.end(), held_.head(from.held).seq);
  if (from.is(kStarted) && seq == from.next && !arrival.bad && alone &&
      !waits(call.state, arrival.from, arrival.has_ack, arrival.segment.ack)) {
    catch_up(call, arrival.from, arrival.has_ack, arrival.segment.ack);
    if (call.stopped()) return;
    if (stored_size > 0) chunk(call, arrival.from, stored);
    if (cut > 0) gap(call, arrival.from, cut);
    return;
  }
  if (stored_size > 0) {
    HeldInput input = make_input(arrival.segment, arrival.bad ? HeldKind::kBad : HeldKind::kGood, seq,
                                 stored_size, arrival.has_ack);
    input.data = stored.data();
    hold(call, arrival.from, input);
  }
  if (cut > 0 && !call.stopped())
    hold(call, arrival.from,
         make_input(arrival.segment, HeldKind::kCut, seq + stored_size, cut, arrival.has_ack));
}

// What was handed on comes again.
void StreamReassembler::compare_again(Call& call, const Arrival& arrival) {
  const Bytes payload = arrival.segment.payload;
  const bool keep_alive = arrival.size == 1 && arrival.end() == call.state.of(arrival.from).next;
  if (arrival.bad || keep_alive) return;
  if (recent_.differs(call.state, arrival.from, arrival.seq, payload)) conflict(call, arrival.from);
}

void StreamReassembler::conflict(Call& call, Side side) {
  counters_.conflicts.add(1);
  call.consumer.on_conflict(side, call.time);
}

// How far ahead of the stream a FIN or RST may lie: the window the other side offered.
std::uint32_t StreamReassembler::reach(const StreamState& state, Side side) const {
  const StreamDirection& to = state.of(other(side));
  if (!to.is(kWindowKnown)) return settings_.ahead_bytes_max;
  const std::uint32_t window = std::uint32_t{to.window}
                               << (to.is(kSynSeen) ? to.window_shift : kWindowShiftMax);
  return std::min(settings_.ahead_bytes_max, std::max(window, kWindowMin));
}

void StreamReassembler::take_fin(Call& call, const Arrival& arrival) {
  StreamDirection& from = call.state.of(arrival.from);
  if (call.stopped() || from.is(kFinDone)) return;
  const std::uint32_t seq = arrival.end();
  if (from.is(kStarted)) {
    const std::int32_t ahead = seq_difference(seq, from.next);
    const bool acked = from.is(kAckKnown) && !seq_after(seq, from.acked);
    if (ahead < 0 || (!acked && ahead > static_cast<std::int32_t>(reach(call.state, arrival.from)))) {
      counters_.fins_ignored.add(1);
      return;
    }
    if (ahead == 0 && from.held.empty() && !arrival.bad &&
        !waits(call.state, arrival.from, arrival.has_ack, arrival.segment.ack)) {
      catch_up(call, arrival.from, arrival.has_ack, arrival.segment.ack);
      return close(call, arrival.from);
    }
  }
  hold(
      call, arrival.from,
      make_input(arrival.segment, arrival.bad ? HeldKind::kBadFin : HeldKind::kFin, seq, 0, arrival.has_ack));
}

void StreamReassembler::take_rst(Call& call, const Arrival& arrival) {
  StreamDirection& from = call.state.of(arrival.from);
  const StreamDirection& to = call.state.of(other(arrival.from));
  if (call.stopped()) return;
  std::uint32_t seq = arrival.seq;
  if (!from.is(kStarted)) {
    // A refused connection (RFC 9293 3.10.7.1): no number of its own, but the right acknowledgement.
    const bool answers = arrival.has_ack && to.is(kStarted) && arrival.segment.ack == to.next;
    const bool acked = from.is(kAckKnown) && (seq == from.next || seq == from.acked);
    if (answers || acked || !to.is(kStarted)) return reset(call, arrival.from);
    return counters_.resets_ignored.add(1);
  }
  const std::int32_t ahead = seq_difference(seq, from.next);
  if (ahead < 0) {
    const bool acked = from.is(kAckKnown) && !seq_after(from.acked, seq);
    if (!acked && !(from.is(kFinDone) && ahead == -1)) return counters_.resets_ignored.add(1);
    seq = from.next;
  } else if (ahead > static_cast<std::int32_t>(reach(call.state, arrival.from))) {
    return counters_.resets_ignored.add(1);
  }
  if (seq == from.next && !waits(call.state, arrival.from, arrival.has_ack, arrival.segment.ack))
    return reset(call, arrival.from);
  hold(call, arrival.from, make_input(arrival.segment, HeldKind::kRst, seq, 0, arrival.has_ack));
}

// Until it is in, the oldest of this flow makes room.
void StreamReassembler::hold(Call& call, Side side, HeldInput input) {
  StreamDirection& from = call.state.of(side);
  const bool early = !from.is(kStarted) || seq_after(input.header.seq, from.next);
  for (;;) {
    const HeldResult result = held_.insert(call.state, from.held, input);
    counters_.retransmitted_bytes.add(result.repeated);
    if (result.conflict) conflict(call, side);
    if (result.complete) {
      if (result.repeated == 0) (early ? counters_.early_segments : counters_.skewed_segments).add(1);
      return;
    }
    counters_.no_page.add(1);
    input.header.seq += result.taken;
    input.header.size -= result.taken;
    if (input.data != nullptr) input.data += result.taken;
    if (from.held.empty()) return hold_without_page(call, side, input);
    give_up_oldest(call, side);
    if (call.stopped()) return;
    const std::int32_t old = seq_difference(from.next, input.header.seq);
    if (old > static_cast<std::int32_t>(input.header.size)) return;
    if (old <= 0 || input.header.size == 0) continue;
    input.header.seq = from.next;
    input.header.size -= static_cast<std::uint32_t>(old);
    if (input.data != nullptr) input.data += old;
    if (input.header.size == 0) return;
  }
}

// Other flows have all pages: what cannot wait goes at once, and what it would have waited for is given up.
void StreamReassembler::hold_without_page(Call& call, Side side, const HeldInput& input) {
  StreamDirection& from = call.state.of(side);
  const HeldHeader& header = input.header;
  if (header.kind == HeldKind::kBad || header.kind == HeldKind::kBadFin)
    return counters_.bad_checksums_dropped.add(1);
  if (header.kind == HeldKind::kRst) return counters_.resets_ignored.add(1);
  if (!from.is(kStarted)) start_at(from, header.seq);
  if (seq_after(header.seq, from.next)) {
    counters_.holes_given_up.add(1);
    gap(call, side, header.seq - from.next);
  }
  if (call.stopped()) return cross_held(call, side, header);
  if (header.kind == HeldKind::kFin) return close(call, side);
  if (header.kind == HeldKind::kCut) return gap(call, side, header.size);
  chunk(call, side, {input.data, header.size});
}

// The telling of a gap in front of it was the end of reading.
void StreamReassembler::cross_held(Call& call, Side side, const HeldHeader& header) {
  StreamDirection& from = call.state.of(side);
  from.bytes += header.size;
  from.next += header.size;
  if (header.kind == HeldKind::kFin) close(call, side);
}

// Gone to TLS: numbers only. The furthest byte seen counts, whatever was lost before it; a bare ACK proves
// none, for it may have overtaken the FIN that its number stands behind.
void StreamReassembler::cross(Call& call, const StreamSegment& segment) {
  StreamDirection& from = call.state.of(segment.from);
  StreamDirection& to = call.state.of(other(segment.from));
  if (segment.checksum == StreamChecksum::kBad && from.is(kGoodSeen)) return;
  tell_crossed_fins(call);
  const bool syn = segment.has(stream_flag::kSyn);
  const Arrival arrival{segment,
                        segment.from,
                        segment.seq + (syn ? 1 : 0),
                        static_cast<std::uint32_t>(segment.payload.size()) + segment.payload_cut,
                        false,
                        false};
  if (!from.is(kStarted)) start_at(from, arrival.seq);
  if (!believable(call, arrival)) return;
  note_ack(call.state, segment);
  const bool sends = arrival.size > 0 || segment.has(stream_flag::kFin);
  if (sends && !from.is(kFinDone) && seq_after(arrival.end(), from.next)) {
    from.bytes += arrival.end() - from.next;
    from.next = arrival.end();
  }
  if (segment.has(stream_flag::kFin) && !from.is(kFinDone) && arrival.end() == from.next)
    close(call, segment.from);
  if (!segment.has(stream_flag::kRst)) return;
  const bool acked =
      from.is(kAckKnown) && (arrival.seq == from.acked ||
                             (!seq_after(from.acked, arrival.seq) && !seq_after(arrival.seq, from.next)));
  const bool answers =
      segment.has(stream_flag::kAck) && to.is(kStarted) && from.bytes == 0 && segment.ack == to.next;
  if (arrival.seq != from.next && !acked && !answers) return counters_.resets_ignored.add(1);
  reset(call, segment.from);
}

}  // namespace mailtap
