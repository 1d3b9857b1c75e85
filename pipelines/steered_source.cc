// SPDX-License-Identifier: Apache-2.0
#include "pipelines/steered_source.h"

#include "base/check.h"

namespace mailtap {

// The order of the loads matters: what `ended` and `reached` promise is about frames that were in the ring
// before.
Receipt SteeredSource::receive(std::span<Frame> frames) {
  const std::uint32_t ticket = ring_.worker.ticket();
  const bool ended = ring_.ended.load(std::memory_order_acquire);
  const TimeNs reached = ring_.reached.load(std::memory_order_acquire);
  Receipt receipt;
  receipt.count = ring_.forth.pop(frames.data(), frames.size());
  receipt.now = receipt.count == frames.size() ? frames.back().time : reached;
  if (receipt.count != 0) {
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < receipt.count; ++i) bytes += frames[i].on_wire;
    frames_.add(receipt.count);
    bytes_.add(bytes);
    // Frames may have come after `reached` was read; time is never behind what was handed out.
    if (frames[receipt.count - 1].time > receipt.now) receipt.now = frames[receipt.count - 1].time;
    return receipt;
  }
  if (ended)
    receipt.state = SourceState::kEnded;
  else if (may_sleep_ && reached == last_reached_)
    ring_.worker.wait(ticket);
  last_reached_ = reached;
  return receipt;
}

void SteeredSource::release(std::span<const Frame> frames) {
  if (frames.empty()) return;
  const std::size_t pushed = ring_.back.push(frames.data(), frames.size());
  MAILTAP_CHECK(pushed == frames.size());
  if (may_sleep_) rx_core_.ring();
}

SourceCounters SteeredSource::counters() const {
  SourceCounters counters;
  if (behind_ != nullptr) counters = behind_->counters();
  if (fragments_ != nullptr) counters.fragments = fragments_->sums();
  counters.frames = frames_.get();
  counters.bytes = bytes_.get();
  counters.missed += ring_.dropped.get();
  return counters;
}

}  // namespace mailtap
