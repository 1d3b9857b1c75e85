// SPDX-License-Identifier: Apache-2.0
// One TCP connection as a tap sees it (RFC 9293): handshake, what the script says cut into segments,
// acknowledgements, close. step() emits what is due now and says how long until the next. A few hundred bytes
// each; owned by Generator.
#ifndef MAILTAP_BENCH_TRAFFIC_TCP_FLOW_H_
#define MAILTAP_BENCH_TRAFFIC_TCP_FLOW_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "address.h"
#include "frame.h"
#include "frame_sink.h"
#include "options.h"
#include "random.h"
#include "turn.h"

namespace mailtap::traffic {

// How this connection is carried.
struct Carriage {
  std::uint64_t round_trip_ns = 5000000;
  std::uint64_t segment_gap_ns = 20000;
  std::array<std::uint64_t, 2> skew_ns{};  // by Side
  bool cuts = false;                       // small pieces
};

class TcpFlow {
 public:
  static constexpr std::uint64_t kDone = ~std::uint64_t{0};

  // `tap` and `options` outlive the flow.
  TcpFlow(const Ends& ends, const Carriage& carriage, const FlowOptions& options, Random random,
          std::unique_ptr<Script> script, TapRecord* tap);

  // Emits the frames due at `now_ns`; returns nanoseconds until the next, or kDone.
  std::uint64_t step(std::uint64_t now_ns, FrameSink& sink);

  // Payload bytes each side has sent.
  const std::array<std::uint64_t, 2>& payload() const { return payload_; }
  bool contradicted() const { return contradicted_; }  // a segment was followed by one with other bytes

 private:
  enum class Phase : std::uint8_t {
    kSyn,
    kSynAck,
    kHandshakeAck,
    kTalk,
    kFirstFin,
    kSecondFin,
    kLastAck,
    kReset
  };
  struct Now {
    std::uint64_t ns;
    FrameSink& sink;
  };
  // A segment that was lost before the tap, until it is sent again.
  struct Hole {
    std::string bytes;
    std::uint32_t seq = 0;
    std::uint32_t segments_left = 0;  // sent meanwhile
    bool waited = false;
  };

  std::uint64_t handshake(const Now& now);
  std::uint64_t talk(const Now& now);
  std::uint64_t next_turn(const Now& now);
  std::uint64_t send_data(const Now& now);
  std::uint64_t fill_hole(const Now& now);
  std::uint64_t close(const Now& now);
  std::size_t next_size();
  std::size_t step_back(Side from, std::size_t size, std::uint8_t* out);
  void transmit(const Now& now, Side from, std::uint32_t seq, std::uint8_t* bytes, std::size_t size);
  void repeat_part(const Now& now, Side from, std::uint32_t seq, const std::uint8_t* bytes, std::size_t size);
  void contradict(const Now& now, Side from, std::uint32_t seq, std::uint8_t* bytes, std::size_t size);
  void acknowledge(const Now& now, Side from);
  void emit(const Now& now, Side from, std::uint8_t flags, std::uint32_t seq,
            const std::uint8_t* bytes = nullptr, std::size_t size = 0, bool damaged = false);
  std::uint64_t half_trip();

  Ends ends_;
  Carriage carriage_;
  const FlowOptions& options_;
  Random random_;
  std::unique_ptr<Script> script_;
  TapRecord* tap_;
  Turn turn_;
  Phase phase_ = Phase::kSyn;
  Side closer_ = Side::kClient;
  bool contradicted_ = false;
  std::uint8_t unacknowledged_ = 0;  // segments of the turn's side
  std::uint16_t window_ = 10;        // segments a round trip
  std::uint16_t in_flight_ = 0;
  std::array<std::uint32_t, 2> seq_{};
  std::array<std::uint32_t, 2> clock_{};  // of the timestamps option
  std::array<std::uint32_t, 2> echo_{};
  std::array<std::uint16_t, 2> ip_id_{};
  std::array<std::uint64_t, 2> payload_{};
  std::array<std::string, 2> last_;  // payload of the last segment, where overlaps are asked for
  std::unique_ptr<Hole> hole_;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_TCP_FLOW_H_
