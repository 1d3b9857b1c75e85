// SPDX-License-Identifier: Apache-2.0
// Where frames go: from a connection to the disorder stage, from there to the file. Frames come in order of
// time.
#ifndef MAILTAP_BENCH_TRAFFIC_FRAME_SINK_H_
#define MAILTAP_BENCH_TRAFFIC_FRAME_SINK_H_

#include <cstddef>
#include <cstdint>

namespace mailtap::traffic {

// What the tap did to one connection; outlives the frames that point to it.
struct TapRecord {
  std::uint32_t lost_packets = 0;
  std::uint64_t lost_bytes = 0;  // TCP payload bytes in lost packets
};

struct Frame {
  std::uint64_t time_ns = 0;
  const std::uint8_t* data = nullptr;  // until put() returns
  std::size_t size = 0;
  std::size_t payload_size = 0;
  std::uint64_t skew_ns = 0;  // how late this direction is delivered
  bool steady = false;  // not to be delayed or doubled on its own (handshake of a reused connection, RST)
  TapRecord* tap = nullptr;  // used during put() only
};

class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void put(const Frame& frame) = 0;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_FRAME_SINK_H_
