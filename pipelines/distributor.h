// SPDX-License-Identifier: Apache-2.0
// The RX core: takes frames from one source, steers each to the worker that owns its flow, and gives back to
// the source what the workers are done with. Fragments are put together before that. Steering hashes
// innermost addresses and ports, symmetric and seeded, so that both directions of a flow meet on one worker.
// A frame that carries no TCP goes to the first worker, which counts it; so does each fragment, with what
// became of it. One thread; the source's owner.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "packet/decode.h"
#include "packet/defragmenter.h"
#include "packet/packet_source.h"
#include "pipelines/frame_ring.h"

namespace mailtap {

inline constexpr std::size_t kBurstMax = 64;

class Distributor {
 public:
  // wait_when_full: a full ring makes the RX core wait for its worker; else the frame is dropped and counted.
  Distributor(PacketSource& source, std::span<const std::unique_ptr<FrameRing>> rings, Doorbell& rx_core,
              const PacketSettings& packet, FragmentCounters& fragments, std::uint64_t seed,
              bool wait_when_full, bool may_sleep);

  // Until the source ends, or `stop` is set and the source has nothing more at hand. Tells every worker that
  // nothing follows, and waits until all frames are back.
  void run(const std::atomic<bool>& stop);

  SourceState state() const { return state_; }  // after run()

 private:
  struct Batch {
    std::array<Frame, kBurstMax> frames;
    std::size_t count = 0;
  };

  bool step(const std::atomic<bool>& stop);
  void steer(const Frame& frame);
  void steer_fragment(Frame frame);
  void wait_for_buffer();
  void put(std::size_t worker, const Frame& frame);
  void hand_over_all();
  void hand_over(std::size_t worker);
  void lose(std::size_t worker, std::span<const Frame> frames);
  void give_back(std::span<const Frame> frames);
  void publish(TimeNs now);
  bool collect();
  void finish();

  PacketSource& source_;
  std::span<const std::unique_ptr<FrameRing>> rings_;
  Doorbell& rx_core_;
  Decoder decoder_;
  FragmentCounters& fragments_;
  Defragmenter defragmenter_;
  std::uint64_t seed_;
  bool wait_when_full_;  // for a datagram's buffer too
  bool may_sleep_;
  std::vector<Batch> batches_;  // by worker
  std::uint64_t lent_ = 0;      // frames that are with the workers
  SourceState state_ = SourceState::kMore;
};

}  // namespace mailtap
