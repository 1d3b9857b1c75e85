// SPDX-License-Identifier: Apache-2.0
// What the two halves of StreamReassembler share. Not for other rooms.
#pragma once

#include "tcp/stream_reassembler.h"

namespace mailtap {

struct StreamReassembler::Call {
  Call(StreamState& state_in, StreamConsumer& consumer_in, TimeNs time_in)
      : state(state_in), consumer(consumer_in), time(time_in > state_in.time ? time_in : state_in.time) {
    state.time = time;
  }
  StreamState& state;
  StreamConsumer& consumer;
  TimeNs time;

  bool stopped() const { return state.over || state.skipping; }
};

struct StreamReassembler::Arrival {
  const StreamSegment& segment;
  Side from;
  std::uint32_t seq;   // of the first payload byte: a SYN's own number is behind us
  std::uint32_t size;  // payload, cut bytes included
  bool bad;
  bool has_ack;

  std::uint32_t end() const { return seq + size; }
};

}  // namespace mailtap
