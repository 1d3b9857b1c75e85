// SPDX-License-Identifier: Apache-2.0
// What a flow's cache line knows besides its key, and to which connection a segment belongs. 24 bytes. Pure
// functions of the state; the table's thread.
//
// Connection reuse (RFC 9293 3.5, RFC 6191) is decided by initial sequence numbers, not by state machines:
//  - a SYN that repeats the known number is a retransmission or the second copy of a SPAN, whenever it comes;
//  - any segment of a closed connection but a SYN with another number is late: it opens nothing;
//  - a SYN with another number opens a new connection if the old one is closed, was never answered, or shows
//    one direction only. While both ends talk, it is a forgery until a SYN-ACK answers it (the live end
//    would send a challenge ACK, RFC 5961 4): then the SYN-ACK opens the new connection;
//  - where the start was not seen, the number before the first byte seen stands in for the initial one, and
//    a SYN up to 64 KiB before it is this connection's own, out of order.
#pragma once

#include <array>
#include <cstdint>

#include "base/side.h"
#include "base/time.h"
#include "flow/flow_settings.h"
#include "packet/tcp_segment.h"

namespace mailtap {

enum class FlowKind : std::uint8_t {
  kFree,     // no flow: an empty slot of the table
  kUnknown,  // nothing said yet that tells
  kNotOurs,
  kMail,     // has a session
  kGoneTls,  // has a session, which is crossed by arithmetic
  kClosed,   // over; kept for a while so that late segments are known
};

inline constexpr std::uint32_t kNoSession = 0xffff'ffff;

enum class Belongs : std::uint8_t {
  kHere,   // to this connection
  kNew,    // it opens another connection on the same ports: end this one, then restart() the state
  kStale,  // late or forged: count it and leave
};

class FlowState {
 public:
  FlowKind kind() const { return kind_; }
  bool has_session() const { return kind_ == FlowKind::kMail || kind_ == FlowKind::kGoneTls; }
  std::uint32_t session() const { return has_session() ? session_ : kNoSession; }

  // When the first segment came. Kept until the flow has a session (which then keeps it) or is closed.
  TimeNs start() const { return kind_ == FlowKind::kUnknown || kind_ == FlowKind::kNotOurs ? start_ : 0; }
  TimeNs last_seen() const { return last_seen_ * kTickNs; }  // to 65.536 us, rounded down

  // Who opened the connection, once a SYN or SYN-ACK told.
  bool opener_known() const { return (known_ & 64U) != 0; }
  Side opener() const { return (known_ & 128U) != 0 ? Side::kB : Side::kA; }
  // The number of a side's SYN, once one was seen.
  bool initial_known(Side side) const { return exact(side); }
  std::uint32_t initial(Side side) const { return initial_[index_of(side)]; }
  // Whether a side showed a right checksum before the flow had a session (which then keeps it).
  bool good_sum_seen(Side side) const { return (known_ & 256U << index_of(side)) != 0; }
  void note_good_sum(Side side) { know(256U << index_of(side)); }

  // The flow's first segment, or the first of its next connection.
  void restart(const TcpSegment& segment, Side from);

  // Every other segment, in any order of the two sides. kHere also notes time and numbers; the other two
  // answers change nothing.
  Belongs observe(const TcpSegment& segment, Side from);

  void set_not_ours() { kind_ = FlowKind::kNotOurs; }
  void set_mail(std::uint32_t session);  // session != kNoSession
  void set_gone_tls();                   // from kMail; keeps the session
  void set_closed();                     // forgets the session: the caller ends it

  // The last instant at which it is still alive; the first segment after it belongs to a new flow.
  TimeNs alive_until(const FlowSettings& settings) const;
  bool expired(TimeNs now, const FlowSettings& settings) const { return now > alive_until(settings); }

 private:
  friend class FlowTable;
  static constexpr DurationNs kTickNs = 65'536;

  bool knows(Side side) const { return (known_ & 1U << index_of(side)) != 0; }
  bool exact(Side side) const { return (known_ & 4U << index_of(side)) != 0; }
  bool heard(Side side) const { return (known_ & 16U << index_of(side)) != 0; }
  void know(unsigned bits) { known_ = static_cast<std::uint16_t>(known_ | bits) & 0x3ff; }
  void note(Side side, std::uint32_t initial, bool is_exact);
  void note_numbers(const TcpSegment& segment, Side from);
  void note_opener(Side side);
  bool matches(Side side, std::uint32_t initial) const;
  Belongs judge_syn(const TcpSegment& segment, Side from) const;
  Belongs judge_syn_ack(const TcpSegment& segment, Side from) const;
  void touch(TimeNs now);

  union {
    TimeNs start_ = 0;
    std::uint32_t session_;
  };
  std::array<std::uint32_t, 2> initial_{};  // by side: number of the SYN, or one before the first byte seen
  std::int64_t last_seen_ : 48 = 0;         // ticks
  FlowKind kind_ : 4 = FlowKind::kFree;
  std::uint16_t known_ : 10 = 0;  // bits by side: 0-1 initial_ is set, 2-3 it is a SYN's, 4-5 it has sent a
                                  // segment; 6 the opener is known, 7 it is B; 8-9 by side: a right checksum
};
static_assert(sizeof(FlowState) == 24);

}  // namespace mailtap
