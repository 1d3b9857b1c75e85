// SPDX-License-Identifier: Apache-2.0
// Segments of a connection, in any order, cut in any way, from either direction first: the bytes of both ends
// in the order in which they were said. One thread owns a reassembler and its pool; the state lies with the
// caller's session. Nothing allocates, locks or throws.
//
// In-order bytes are handed on as views into the frame. Early segments, and those that acknowledge bytes of
// the other side not yet seen, wait in pages of the pool, one sorted list a direction: the head goes when
// seq <= next and ack <= the other side's next. A pure ACK never waits, but shows what the receiver has.
//
// When waiting ends without what was waited for:
//  - an acknowledged hole, or a wait for the other side: `skew_ns` or `skew_bytes_max`. The hole is told as a
//    gap. A FIN that was acknowledged but never seen counts as one byte of it: nothing tells the two apart.
//    If no byte of that side came meanwhile and none of it waits, the side is absent: nobody waits for it
//    again until a byte of it comes, and what it must have said is told as a gap just before the answer.
//  - a hole nobody acknowledged: `hole_ns` or `hole_bytes_max`.
//  - no page left: the oldest hole of this flow at once.
//
// Start in mid-stream: a side whose SYN was not seen waits `skew_ns` with its first bytes, and starts with
// the lowest number that came; at once where the other side's handshake told the number. A single zero byte
// at the start is a keep-alive (RFC 1122 4.2.3.6).
//
// RST (RFC 9293 3.10.7.4, RFC 5961 3): valid at exactly the number the stream has reached when it is its turn
// (or one that the receiver has acknowledged). One ahead, but in the window, waits for its turn; if the
// stream goes past it, or it is out of window, it is ignored and counted. A FIN past the window is ignored as
// well.
//
// Four segments that follow each other far from anything expected are where the stream has gone on.
//
// Overlaps are compared with what is held and with the last `overlap_bytes` that were handed on. Where they
// differ it is told; which copy counts is a setting for held bytes, for the others the first one does. One
// byte just before the next is a keep-alive, whatever it says.
//
// A checksum that is wrong after that direction has shown a right one: the segment waits, marked; a good copy
// replaces it; if the receiver acknowledges its bytes they are used, else they are dropped with their hole.
// Its other fields are not believed.
#pragma once

#include <cstdint>

#include "base/counter.h"
#include "base/page_pool.h"
#include "tcp/held_segments.h"
#include "tcp/recent_bytes.h"
#include "tcp/stream_consumer.h"
#include "tcp/stream_segment.h"
#include "tcp/stream_state.h"
#include "tcp/tcp_settings.h"

namespace mailtap {

struct TcpCounters {
  Counter retransmitted_bytes;  // seen again; with a SPAN of both ports that is every byte
  Counter early_segments;       // came before a hole was filled
  Counter skewed_segments;      // waited for the other direction
  Counter gap_bytes;            // lost
  Counter holes_given_up;
  Counter bad_checksums_used;  // segments
  Counter bad_checksums_dropped;
  Counter conflicts;
  Counter resets_ignored;
  Counter fins_ignored;
  Counter strays;           // too far from anything expected
  Counter one_sided_flows;  // how often a side was found to be absent
  Counter no_page;          // how often a limit, of the flow or of the pool, forced something
};

class StreamReassembler {
 public:
  // Pages hold a header of 32 bytes and payload: at least 64 bytes, better 2048. Both outlive it. The last
  // bytes of so many connections are remembered.
  StreamReassembler(const TcpSettings& settings, PagePool& held, std::size_t connections);

  // Times of segments of a connection never run backwards. What is due before it happens first.
  void on_segment(StreamState& state, const StreamSegment& segment, StreamConsumer& consumer);

  // The next time at which something is due; kTimeMax when nothing waits. Due means: at that very time.
  TimeNs deadline(const StreamState& state) const;
  // Does what is due by `now`, each at its own time.
  void on_time(StreamState& state, TimeNs now, StreamConsumer& consumer);

  // End of input, or of the session: what waits is handed on in order, with its gaps. Gives all pages back.
  void finish(StreamState& state, TimeNs now, StreamConsumer& consumer);
  // Nobody wants the bytes any more (gone to TLS). From now on numbers are tracked by arithmetic: no more
  // chunks, gaps or conflicts; bytes(), on_close() and on_reset() stay exact. Gives all pages back. A FIN
  // that was waiting is told when the call that skip() was made in ends.
  void skip(StreamState& state);
  // Gives all pages back and tells nothing.
  void discard(StreamState& state);

  const TcpCounters& counters() const { return counters_; }

 private:
  struct Call;     // one call's arguments: state, consumer, time
  struct Arrival;  // one segment, judged

  bool cross_in_order(StreamState& state, const StreamSegment& segment, StreamConsumer& consumer);

  // stream_arrival.cc: a segment comes.
  void arrive(Call& call, const StreamSegment& segment);
  void cross(Call& call, const StreamSegment& segment);
  void take_syn(StreamState& state, const StreamSegment& segment);
  void start_at(StreamDirection& direction, std::uint32_t seq) const;
  bool believable(Call& call, const Arrival& arrival);
  bool note_ack(StreamState& state, const StreamSegment& segment);
  void take_bytes(Call& call, const Arrival& arrival);
  void compare_again(Call& call, const Arrival& arrival);
  void conflict(Call& call, Side side);
  void take_fin(Call& call, const Arrival& arrival);
  void take_rst(Call& call, const Arrival& arrival);
  void hold(Call& call, Side side, HeldInput input);
  void hold_without_page(Call& call, Side side, const HeldInput& input);
  void cross_held(Call& call, Side side, const HeldHeader& header);
  std::uint32_t reach(const StreamState& state, Side side) const;

  // stream_release.cc: what waits goes on.
  void pump(Call& call);
  bool step(Call& call, Side side, bool force);
  bool step_control(Call& call, Side side, bool force);
  bool step_data(Call& call, Side side, bool force);
  bool untangle(Call& call);
  void settle(Call& call, Side side);
  void expire(Call& call, Side side);
  void give_up_oldest(Call& call, Side side);
  void loosen_head(Call& call, Side side);
  void enforce_limits(Call& call, Side side);
  void begin(StreamState& state, Side side);
  void flush(Call& call);
  bool waits(const StreamState& state, Side side, bool has_ack, std::uint32_t ack) const;
  void catch_up(Call& call, Side side, bool has_ack, std::uint32_t ack);
  void chunk(Call& call, Side side, Bytes bytes);
  void gap(Call& call, Side side, std::uint32_t bytes);
  void close(Call& call, Side side);
  void tell_crossed_fins(Call& call);
  void reset(Call& call, Side side);
  void find_absent(StreamDirection& direction);

  TcpSettings settings_;
  HeldSegments held_;
  RecentBytes recent_;
  TcpCounters counters_;
};

}  // namespace mailtap
