// SPDX-License-Identifier: Apache-2.0
#include "pipelines/distributor.h"

#include "flow/flow_key.h"

namespace mailtap {

Distributor::Distributor(PacketSource& source, std::span<const std::unique_ptr<FrameRing>> rings,
                         Doorbell& rx_core, const PacketSettings& packet, std::uint64_t seed,
                         bool wait_when_full, bool may_sleep)
    : source_(source),
      rings_(rings),
      rx_core_(rx_core),
      decoder_(packet),
      seed_(seed),
      wait_when_full_(wait_when_full),
      may_sleep_(may_sleep),
      batches_(rings.size()) {}

void Distributor::run(const std::atomic<bool>& stop) {
  while (step(stop)) {
  }
  finish();
}

bool Distributor::step(const std::atomic<bool>& stop) {
  std::array<Frame, kBurstMax> frames;
  const bool stopping = stop.load(std::memory_order_relaxed);
  const std::uint32_t ticket = rx_core_.ticket();
  const Receipt receipt = source_.receive(frames);
  if (receipt.state != SourceState::kMore) {
    state_ = receipt.state;
    return false;
  }
  steer({frames.data(), receipt.count});
  publish(receipt.now);
  const bool moved = collect();
  if (receipt.count != 0) return !(stopping && may_sleep_);
  if (stopping) return false;
  // All of the source's buffers are lent: sleep until a worker gives one back.
  if (!moved && lent_ != 0 && may_sleep_) rx_core_.wait(ticket);
  return true;
}

std::size_t Distributor::worker_of(const Frame& frame) {
  TcpSegment segment;
  if (decoder_.decode(frame, segment) != Drop::kNone) return 0;
  return steering_hash(segment, seed_) % rings_.size();
}

void Distributor::steer(std::span<const Frame> frames) {
  for (const Frame& frame : frames) {
    Batch& batch = batches_[worker_of(frame)];
    batch.frames[batch.count++] = frame;
  }
  for (std::size_t worker = 0; worker < rings_.size(); ++worker) hand_over(worker);
}

void Distributor::hand_over(std::size_t worker) {
  Batch& batch = batches_[worker];
  FrameRing& ring = *rings_[worker];
  std::size_t done = 0;
  while (done != batch.count) {
    const std::uint32_t ticket = rx_core_.ticket();
    const std::size_t pushed = ring.forth.push(batch.frames.data() + done, batch.count - done);
    done += pushed;
    lent_ += pushed;
    if (done == batch.count) break;
    if (!wait_when_full_) {
      ring.dropped.add(batch.count - done);
      source_.release({batch.frames.data() + done, batch.count - done});
      break;
    }
    ring.worker.ring();
    if (!collect() && may_sleep_) rx_core_.wait(ticket);
  }
  batch.count = 0;
}

// Frames first, then the promise about them.
void Distributor::publish(TimeNs now) {
  for (const auto& ring : rings_) {
    ring->reached.store(now, std::memory_order_release);
    if (may_sleep_) ring->worker.ring();
  }
}

bool Distributor::collect() {
  std::array<Frame, kBurstMax> frames;
  bool any = false;
  for (const auto& ring : rings_) {
    while (const std::size_t n = ring->back.pop(frames.data(), frames.size())) {
      source_.release({frames.data(), n});
      lent_ -= n;
      any = true;
    }
  }
  return any;
}

void Distributor::finish() {
  for (const auto& ring : rings_) {
    ring->ended.store(true, std::memory_order_release);
    ring->worker.ring();
  }
  while (lent_ != 0) {
    const std::uint32_t ticket = rx_core_.ticket();
    if (!collect() && may_sleep_) rx_core_.wait(ticket);
  }
}

}  // namespace mailtap
