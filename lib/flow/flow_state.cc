// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_state.h"

#include "base/check.h"

namespace mailtap {
namespace {

// How far before the first byte seen a SYN out of order may lie. A random number of a new connection falls
// into it once in 2^16.
constexpr std::uint32_t kLateSynBytesMax = 65'536;

bool is_syn(const TcpSegment& segment) { return segment.has(tcp_flag::kSyn); }

}  // namespace

void FlowState::touch(TimeNs now) {
  const std::int64_t tick = now >> 16;
  if (tick > last_seen_) last_seen_ = tick;
}

void FlowState::restart(const TcpSegment& segment, Side from) {
  start_ = segment.time;
  kind_ = FlowKind::kUnknown;
  known_ = 0;
  last_seen_ = segment.time >> 16;
  note_numbers(segment, from);
}

void FlowState::note(Side side, std::uint32_t initial, bool is_exact) {
  if (knows(side) && !is_exact) return;
  initial_[index_of(side)] = initial;
  know((is_exact ? 5U : 1U) << index_of(side));
}

// A SYN-ACK tells both numbers, an ACK only what stands in for them.
void FlowState::note_numbers(const TcpSegment& segment, Side from) {
  know(16U << index_of(from));
  note(from, is_syn(segment) ? segment.seq : segment.seq - 1, is_syn(segment));
  if (is_syn(segment)) note_opener(segment.has(tcp_flag::kAck) ? other(from) : from);
  if (segment.has(tcp_flag::kAck)) note(other(from), segment.ack - 1, false);
}

void FlowState::note_opener(Side side) {
  known_ &= 0x37f;
  know(64U | (side == Side::kB ? 128U : 0U));
}

bool FlowState::matches(Side side, std::uint32_t initial) const {
  const std::uint32_t known = initial_[index_of(side)];
  return exact(side) ? initial == known : known - initial < kLateSynBytesMax;
}

Belongs FlowState::judge_syn(const TcpSegment& segment, Side from) const {
  if (knows(from) && matches(from, segment.seq))
    return kind_ == FlowKind::kClosed ? Belongs::kStale : Belongs::kHere;
  if (kind_ == FlowKind::kClosed) return Belongs::kNew;
  return heard(Side::kA) && heard(Side::kB) ? Belongs::kStale : Belongs::kNew;
}

// What the SYN-ACK acknowledges names the connection; a server that answers a repeated SYN with another
// number (a SYN cookie, a restart) still answers the same one.
Belongs FlowState::judge_syn_ack(const TcpSegment& segment, Side from) const {
  const bool same_number = knows(from) && matches(from, segment.seq);
  if (kind_ == FlowKind::kClosed) return same_number ? Belongs::kStale : Belongs::kNew;
  const bool answers = exact(other(from)) && segment.ack - 1 == initial_[index_of(other(from))];
  return same_number || answers || !knows(from) ? Belongs::kHere : Belongs::kNew;
}

Belongs FlowState::observe(const TcpSegment& segment, Side from) {
  if (is_syn(segment)) {
    const bool answer = segment.has(tcp_flag::kAck);
    const Belongs belongs = answer ? judge_syn_ack(segment, from) : judge_syn(segment, from);
    if (belongs != Belongs::kHere) return belongs;
  } else if (kind_ == FlowKind::kClosed) {
    return Belongs::kStale;
  }
  if (is_syn(segment) || !heard(from)) note_numbers(segment, from);
  touch(segment.time);
  return Belongs::kHere;
}

void FlowState::set_mail(std::uint32_t session) {
  MAILTAP_CHECK(session != kNoSession);
  kind_ = FlowKind::kMail;
  session_ = session;
}

void FlowState::set_gone_tls() {
  MAILTAP_CHECK(has_session());
  kind_ = FlowKind::kGoneTls;
}

void FlowState::set_closed() { kind_ = FlowKind::kClosed; }

TimeNs FlowState::alive_until(const FlowSettings& settings) const {
  // The next whole tick, so that rounding never makes a flow die early.
  const TimeNs seen = last_seen() + kTickNs - 1;
  switch (kind_) {
    case FlowKind::kNotOurs: return seen + settings.not_ours_idle_ns;
    case FlowKind::kMail: return seen + settings.mail_idle_ns;
    case FlowKind::kGoneTls: return seen + settings.tls_idle_ns;
    case FlowKind::kClosed: return seen + settings.closed_linger_ns;
    case FlowKind::kUnknown:
    case FlowKind::kFree: break;
  }
  const bool answered = heard(Side::kA) && heard(Side::kB);
  return seen + (answered ? settings.unknown_idle_ns : settings.syn_idle_ns);
}

}  // namespace mailtap
