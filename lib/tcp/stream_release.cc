// SPDX-License-Identifier: Apache-2.0
// What waits goes on: in order, or because its time or a limit has come.
#include "tcp/stream_call.h"

namespace mailtap {
namespace {

using namespace stream_mark;

constexpr Side kSides[] = {Side::kA, Side::kB};

bool may_jump(const StreamDirection& direction) {
  return direction.is(kGivenUp) && seq_after(direction.give_up, direction.next);
}

void give_up_to(StreamDirection& direction, std::uint32_t seq) {
  if (!direction.is(kGivenUp) || seq_after(seq, direction.give_up)) direction.give_up = seq;
  direction.set(kGivenUp);
}

}  // namespace

// Has its sender seen bytes of the other side that we have not?
bool StreamReassembler::waits(const StreamState& state, Side side, bool has_ack, std::uint32_t ack) const {
  const StreamDirection& to = state.of(other(side));
  if (!has_ack || to.is(kAbsent)) return false;
  return !to.is(kStarted) || seq_after(ack, to.next);
}

// Nobody waits for an absent side: what it must have said is lost.
void StreamReassembler::catch_up(Call& call, Side side, bool has_ack, std::uint32_t ack) {
  const StreamDirection& to = call.state.of(other(side));
  if (has_ack && to.is(kAbsent) && to.is(kStarted) && seq_after(ack, to.next))
    gap(call, other(side), ack - to.next);
}

void StreamReassembler::chunk(Call& call, Side side, Bytes bytes) {
  StreamDirection& from = call.state.of(side);
  from.next += static_cast<std::uint32_t>(bytes.size());
  from.bytes += bytes.size();
  from.clear(kStuck);
  recent_.note(call.state, side, bytes);
  call.consumer.on_chunk(side, bytes, call.time);
}

void StreamReassembler::gap(Call& call, Side side, std::uint32_t bytes) {
  StreamDirection& from = call.state.of(side);
  from.next += bytes;
  from.bytes += bytes;
  from.recent = 0;
  from.clear(kStuck);
  if (call.state.skipping) return;
  counters_.gap_bytes.add(bytes);
  call.consumer.on_gap(side, bytes, call.time);
}

void StreamReassembler::close(Call& call, Side side) {
  StreamDirection& from = call.state.of(side);
  from.next += 1;
  from.clear(kStuck | kFinCrossed);
  from.set(kFinDone);
  call.consumer.on_close(side, call.time);
}

void StreamReassembler::tell_crossed_fins(Call& call) {
  for (const Side side : kSides)
    if (!call.state.over && call.state.of(side).is(kFinCrossed)) close(call, side);
}

void StreamReassembler::reset(Call& call, Side side) {
  held_.clear(call.state, call.state.of(side).held);
  flush(call);
  if (call.state.over) return;
  call.state.over = true;
  discard(call.state);
  call.consumer.on_reset(side, call.time);
}

// A side that starts without its SYN: with the lowest byte that came, or the lowest that was acknowledged
// since the other side's SYN, for what lies between was said and lost.
void StreamReassembler::begin(StreamState& state, Side side) {
  StreamDirection& from = state.of(side);
  const std::uint32_t lowest_acked = from.next;
  std::uint32_t start = lowest_acked;
  bool have_start = from.is(kAckKnown);
  if (!from.held.empty()) {
    const HeldHeader& head = held_.head(from.held);
    start = head.seq;
    const Bytes bytes = held_.head_bytes(from.held);
    if (bytes.size() == 1 && bytes[0] == 0) {
      held_.drop_head(state, from.held);
      start = from.held.empty() ? start + 1 : held_.head(from.held).seq;
    }
    const bool said_before =
        have_start && state.of(other(side)).is(kSynSeen) && seq_after(start, lowest_acked);
    if (said_before && start - lowest_acked <= settings_.ahead_bytes_max) start = lowest_acked;
    have_start = true;
  }
  from.clear(kStarting);
  if (have_start) start_at(from, start);
}

void StreamReassembler::pump(Call& call) {
  for (bool moved = true; moved && !call.stopped();) {
    moved = false;
    for (const Side side : kSides)
      while (!call.stopped() && step(call, side, false)) moved = true;
    if (!moved && !call.stopped()) moved = untangle(call);
  }
}

// One thing of a side goes on; false when nothing can. `force`: without waiting for the other side.
bool StreamReassembler::step(Call& call, Side side, bool force) {
  StreamDirection& from = call.state.of(side);
  if (!from.is(kStarted)) return false;
  const bool none = from.held.empty();
  if (none || seq_after(held_.head(from.held).seq, from.next)) {
    if (!may_jump(from)) return false;
    const bool up_to_head = !none && seq_after(from.give_up, held_.head(from.held).seq);
    counters_.holes_given_up.add(1);
    gap(call, side, (up_to_head ? held_.head(from.held).seq : from.give_up) - from.next);
    return true;
  }
  return held_.head(from.held).is_control() ? step_control(call, side, force) : step_data(call, side, force);
}

// A FIN or RST that the stream has gone past was never the sender's.
bool StreamReassembler::step_control(Call& call, Side side, bool force) {
  StreamDirection& from = call.state.of(side);
  const HeldHeader head = held_.head(from.held);
  const bool past = head.seq != from.next || from.is(kFinDone);
  if (past && head.kind != HeldKind::kRst) {
    counters_.fins_ignored.add(1);
  } else if (past) {
    counters_.resets_ignored.add(1);
  } else {
    if (head.kind == HeldKind::kBadFin && !may_jump(from)) return false;
    if (!force && waits(call.state, side, head.has_ack, head.ack)) return false;
    catch_up(call, side, head.has_ack, head.ack);
    if (call.stopped()) {  // the held list is gone, a FIN of it is crossed
      if (head.kind == HeldKind::kRst) reset(call, side);
      return true;
    }
  }
  held_.drop_head(call.state, from.held);
  if (past) return true;
  if (head.kind == HeldKind::kRst) {
    reset(call, side);
  } else {
    close(call, side);
  }
  return true;
}

bool StreamReassembler::step_data(Call& call, Side side, bool force) {
  StreamDirection& from = call.state.of(side);
  const HeldHeader& head = held_.head(from.held);
  const std::uint32_t old = from.next - head.seq;
  if (old >= head.size || from.is(kFinDone)) {
    held_.drop_head(call.state, from.held);
    return true;
  }
  if (head.kind == HeldKind::kBad && !may_jump(from)) return false;
  if (!force && waits(call.state, side, head.has_ack, head.ack)) return false;
  if (head.kind == HeldKind::kBad) counters_.bad_checksums_used.add(1);
  catch_up(call, side, head.has_ack, head.ack);
  if (call.stopped()) return true;  // the held list is gone, its bytes are crossed
  const Bytes bytes = held_.head_bytes(from.held);
  const std::uint32_t size = head.size;
  const std::uint32_t link = held_.detach_head(from.held);
  if (bytes.empty()) {
    gap(call, side, size - old);
  } else {
    chunk(call, side, bytes.subspan(old));
  }
  held_.release(call.state, link);
  return true;
}

// Both sides wait for each other: one of the two heads is a retransmission that acknowledges more than its
// first copy, which we missed, did. It was sent after the other side's, so the later one comes first.
bool StreamReassembler::untangle(Call& call) {
  for (const Side side : kSides) {
    const StreamDirection& from = call.state.of(side);
    if (!from.is(kStarted) || from.held.empty()) return false;
    const HeldHeader& head = held_.head(from.held);
    if (seq_after(head.seq, from.next) || !waits(call.state, side, head.has_ack, head.ack)) return false;
  }
  const bool a_is_later =
      held_.head(call.state.of(Side::kA).held).time > held_.head(call.state.of(Side::kB).held).time;
  return step(call, a_is_later ? Side::kA : Side::kB, true);
}

// Notes what is waited for from now on.
void StreamReassembler::settle(Call& call, Side side) {
  StreamDirection& from = call.state.of(side);
  StreamDirection& to = call.state.of(other(side));
  if (call.stopped()) return;
  if (from.is(kGivenUp) && !may_jump(from)) from.clear(kGivenUp);
  if (from.is(kAckedHole) && !seq_after(from.acked_hole, from.next)) from.clear(kAckedHole);
  const bool lacks = from.is(kStarted) && from.is(kAckKnown) && seq_after(from.acked, from.next) &&
                     !(from.is(kGivenUp) && !seq_after(from.acked, from.give_up));
  if (lacks && !from.is(kAckedHole | kAbsent | kFinDone)) {
    from.set(kAckedHole);
    from.clear(kHeard);
    from.acked_since = call.time;
    from.acked_hole = from.acked;
  }
  if (from.held.empty()) {
    from.clear(kStuck);
  } else if (!from.is(kStuck)) {
    from.set(kStuck);
    from.stuck_since = call.time;
  }
  const bool awaited = !from.held.empty() || (!to.held.empty() && !from.is(kAbsent));
  if (!from.is(kStarted) && awaited && !from.is(kStarting)) {
    from.set(kStarting);
    from.acked_since = call.time;
  }
}

void StreamReassembler::find_absent(StreamDirection& direction) {
  direction.set(kAbsent);
  counters_.one_sided_flows.add(1);
}

void StreamReassembler::expire(Call& call, Side side) {
  StreamDirection& from = call.state.of(side);
  if (call.stopped()) return;
  if (from.is(kStarting) && from.acked_since + settings_.skew_ns <= call.time) {
    if (from.held.empty()) find_absent(from);
    begin(call.state, side);
  } else if (from.is(kAckedHole) && from.acked_since + settings_.skew_ns <= call.time) {
    from.clear(kAckedHole);
    if (!from.is(kHeard) && from.held.empty()) {
      find_absent(from);
    } else {
      give_up_to(from, from.acked_hole);
    }
  }
  if (from.is(kStuck) && from.stuck_since + settings_.hole_ns <= call.time) {
    from.clear(kStuck);
    give_up_oldest(call, side);
  }
}

// What the head of a list waits for is given up.
void StreamReassembler::loosen_head(Call& call, Side side) {
  StreamState& state = call.state;
  StreamDirection& from = state.of(side);
  StreamDirection& to = state.of(other(side));
  if (!from.is(kStarted)) return begin(state, side);
  const HeldHeader& head = held_.head(from.held);
  const bool early = seq_after(head.seq, from.next);
  const bool bad = head.kind == HeldKind::kBad || head.kind == HeldKind::kBadFin;
  if (early && head.kind == HeldKind::kRst) {
    counters_.resets_ignored.add(1);
    held_.drop_head(state, from.held);
  } else if (early) {
    give_up_to(from, head.seq);
  } else if (bad && !may_jump(from)) {
    // A FIN counts one number. What the receiver has taken was right when it came there.
    const std::uint32_t end = head.end() + (head.is_control() ? 1U : 0U);
    if (from.is(kAckKnown) && !seq_after(end, from.acked)) return give_up_to(from, end);
    counters_.bad_checksums_dropped.add(1);
    held_.drop_head(state, from.held);
  } else if (waits(state, side, head.has_ack, head.ack)) {
    const std::uint32_t ack = head.ack;
    if (!to.is(kStarted)) begin(state, other(side));
    if (to.is(kStarted)) give_up_to(to, ack);
  }
}

// Always brings the side one thing further.
void StreamReassembler::give_up_oldest(Call& call, Side side) {
  StreamDirection& from = call.state.of(side);
  if (from.held.empty()) return;
  const std::uint32_t first = from.held.first;
  const std::uint32_t next = from.next;
  loosen_head(call, side);
  pump(call);
  if (!call.stopped() && from.held.first == first && from.next == next) step(call, side, true);
}

void StreamReassembler::enforce_limits(Call& call, Side side) {
  StreamDirection& from = call.state.of(side);
  while (!call.stopped() && !from.held.empty() && from.held.bytes > settings_.skew_bytes_max) {
    const HeldHeader& head = held_.head(from.held);
    const bool skewed = from.is(kAckedHole | kStarting) ||
                        (!seq_after(head.seq, from.next) && waits(call.state, side, head.has_ack, head.ack));
    if (!skewed && from.held.bytes <= settings_.hole_bytes_max) return;
    counters_.no_page.add(1);
    give_up_oldest(call, side);
    settle(call, Side::kA);
    settle(call, Side::kB);
  }
}

void StreamReassembler::flush(Call& call) {
  pump(call);
  for (const Side side : kSides)
    while (!call.stopped() && !call.state.of(side).held.empty()) give_up_oldest(call, side);
}

}  // namespace mailtap
