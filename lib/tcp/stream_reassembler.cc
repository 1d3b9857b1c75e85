// SPDX-License-Identifier: Apache-2.0
#include "tcp/stream_reassembler.h"

#include <algorithm>

#include "tcp/stream_call.h"

namespace mailtap {
namespace {

using namespace stream_mark;

constexpr std::uint16_t kNotPlain = kTimed | kAbsent | kGivenUp | kFinDone;
constexpr std::uint8_t kSpecialFlags = stream_flag::kSyn | stream_flag::kFin | stream_flag::kRst;

}  // namespace

StreamReassembler::StreamReassembler(const TcpSettings& settings, PagePool& held, std::size_t connections)
    : settings_(settings), held_(held, settings), recent_(settings.overlap_bytes, connections) {}

// The way of nearly every segment: both sides known, nothing waits, the next bytes. False: not one of these.
bool StreamReassembler::cross_in_order(StreamState& state, const StreamSegment& segment,
                                       StreamConsumer& consumer) {
  StreamDirection& from = state.of(segment.from);
  StreamDirection& to = state.of(other(segment.from));
  if ((from.marks & (kStarted | kNotPlain)) != kStarted || (to.marks & (kStarted | kTimed)) != kStarted)
    return false;
  if (segment.seq != from.next || (segment.flags & kSpecialFlags) != 0 || !segment.has(stream_flag::kAck) ||
      segment.payload_cut != 0 || segment.checksum == StreamChecksum::kBad || seq_after(segment.ack, to.next))
    return false;
  if (segment.checksum == StreamChecksum::kGood) from.set(kGoodSeen);
  if (!to.is(kAckKnown) || seq_after(segment.ack, to.acked)) to.acked = segment.ack;
  to.set(kAckKnown);
  from.set(kWindowKnown);
  from.window = segment.window;
  if (segment.payload.empty()) return true;
  from.strays = 0;
  Call call(state, consumer, segment.time);
  chunk(call, segment.from, segment.payload);
  return true;
}

void StreamReassembler::on_segment(StreamState& state, const StreamSegment& segment,
                                   StreamConsumer& consumer) {
  if (state.over) return;
  if (state.skipping) {
    Call call(state, consumer, segment.time);
    return cross(call, segment);
  }
  if (cross_in_order(state, segment, consumer)) return;
  on_time(state, segment.time, consumer);
  if (state.over) return;
  Call call(state, consumer, segment.time);
  if (state.skipping) return cross(call, segment);
  arrive(call, segment);
}

TimeNs StreamReassembler::deadline(const StreamState& state) const {
  TimeNs due = kTimeMax;
  for (const StreamDirection& direction : state.directions) {
    if (!direction.is(kTimed)) continue;
    if (direction.is(kAckedHole | kStarting)) due = std::min(due, direction.acked_since + settings_.skew_ns);
    if (direction.is(kStuck)) due = std::min(due, direction.stuck_since + settings_.hole_ns);
  }
  return due;
}

void StreamReassembler::on_time(StreamState& state, TimeNs now, StreamConsumer& consumer) {
  while (!state.over && !state.skipping) {
    const TimeNs due = deadline(state);
    if (due > now || due == kTimeMax) return;
    Call call(state, consumer, due);
    expire(call, Side::kA);
    expire(call, Side::kB);
    pump(call);
    settle(call, Side::kA);
    settle(call, Side::kB);
    tell_crossed_fins(call);
  }
}

void StreamReassembler::finish(StreamState& state, TimeNs now, StreamConsumer& consumer) {
  on_time(state, now, consumer);
  Call call(state, consumer, now);
  flush(call);
  for (const Side side : {Side::kA, Side::kB}) {
    StreamDirection& direction = state.of(side);
    if (!call.stopped() && direction.is(kStarted) && direction.is(kAckKnown) && !direction.is(kFinDone) &&
        seq_after(direction.acked, direction.next)) {
      gap(call, side, direction.acked - direction.next);
    }
  }
  tell_crossed_fins(call);
  discard(state);
}

// Bytes that waited count as crossed; so does the FIN behind them.
void StreamReassembler::skip(StreamState& state) {
  state.skipping = true;
  for (StreamDirection& direction : state.directions) {
    while (direction.is(kStarted) && !direction.held.empty()) {
      const HeldHeader& head = held_.head(direction.held);
      if (head.kind == HeldKind::kFin && !seq_after(direction.next, head.seq)) {
        direction.bytes += head.seq - direction.next;
        direction.next = head.seq;
        direction.set(kFinCrossed);
      } else if (!head.is_control() && seq_after(head.end(), direction.next)) {
        direction.bytes += head.end() - direction.next;
        direction.next = head.end();
      }
      held_.drop_head(state, direction.held);
    }
  }
  discard(state);
}

void StreamReassembler::discard(StreamState& state) {
  for (StreamDirection& direction : state.directions) {
    held_.clear(state, direction.held);
    direction.clear(kTimed | kGivenUp);
  }
  recent_.give_back(state);
}

}  // namespace mailtap
