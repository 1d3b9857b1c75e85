// SPDX-License-Identifier: Apache-2.0
// A worker's end of its FrameRing: the frames the RX core steered to it, as a PacketSource. The worker's
// thread.
#pragma once

#include "base/counter.h"
#include "packet/packet_source.h"
#include "pipelines/frame_ring.h"

namespace mailtap {

class SteeredSource : public PacketSource {
 public:
  // `rx_core` is rung when frames went back. may_sleep: an empty ring puts the worker to sleep (a finite
  // source); else it polls. `behind` and `fragments`: the RX core's source and what it counts of fragments,
  // given to one of the workers, whose counters then tell both.
  SteeredSource(FrameRing& ring, Doorbell& rx_core, bool may_sleep, const PacketSource* behind,
                const FragmentCounters* fragments = nullptr)
      : ring_(ring), rx_core_(rx_core), may_sleep_(may_sleep), behind_(behind), fragments_(fragments) {}

  Receipt receive(std::span<Frame> frames) override;
  void release(std::span<const Frame> frames) override;
  SourceCounters counters() const override;

 private:
  FrameRing& ring_;
  Doorbell& rx_core_;
  bool may_sleep_;
  const PacketSource* behind_;
  const FragmentCounters* fragments_;
  TimeNs last_reached_ = kTimeMin;
  Counter frames_;
  Counter bytes_;
};

}  // namespace mailtap
