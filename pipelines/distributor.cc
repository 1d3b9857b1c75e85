// SPDX-License-Identifier: Apache-2.0
#include "pipelines/distributor.h"

#include <algorithm>

#include "flow/flow_key.h"

namespace mailtap {
namespace {

constexpr std::uint64_t kFragmentSeedOffset = 4;

}  // namespace

Distributor::Distributor(PacketSource& source, std::span<const std::unique_ptr<FrameRing>> rings,
                         Doorbell& rx_core, const PacketSettings& packet, FragmentCounters& fragments,
                         std::uint64_t seed, bool wait_when_full, bool may_sleep)
    : source_(source),
      rings_(rings),
      rx_core_(rx_core),
      decoder_(packet),
      fragments_(fragments),
      defragmenter_(packet, seed + kFragmentSeedOffset, fragments),
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
  for (std::size_t i = 0; i < receipt.count; ++i) steer(frames[i]);
  hand_over_all();
  defragmenter_.expire(receipt.now);
  publish(receipt.now);
  const bool moved = collect();
  if (receipt.count != 0) return !(stopping && may_sleep_);
  if (stopping) return false;
  // All of the source's buffers are lent: sleep until a worker gives one back.
  if (!moved && lent_ != 0 && may_sleep_) rx_core_.wait(ticket);
  return true;
}

void Distributor::steer(const Frame& frame) {
  TcpSegment segment;
  const Drop drop = decoder_.decode(frame, segment);
  if (drop == Drop::kFragment) return steer_fragment(frame);
  put(drop == Drop::kNone ? steering_hash(segment, seed_) % rings_.size() : 0, frame);
}

// A datagram that it made whole follows it. That may itself be a fragment, in a tunnel; no deeper than
// tunnels go.
void Distributor::steer_fragment(Frame frame) {
  wait_for_buffer();
  Frame whole;
  frame.fragment = static_cast<std::uint8_t>(defragmenter_.add(decoder_.fragment(), frame.port, whole));
  put(0, frame);
  if (whole.data != nullptr) steer(whole);
}

// Where nothing may be lost and the workers have all buffers, they get what they wait for, and give one back.
void Distributor::wait_for_buffer() {
  while (wait_when_full_ && !defragmenter_.can_lend()) {
    hand_over_all();
    const std::uint32_t ticket = rx_core_.ticket();
    for (const auto& ring : rings_) ring->worker.ring();
    if (!collect() && may_sleep_) rx_core_.wait(ticket);
  }
}

void Distributor::put(std::size_t worker, const Frame& frame) {
  Batch& batch = batches_[worker];
  if (batch.count == kBurstMax) hand_over(worker);
  batch.frames[batch.count++] = frame;
}

void Distributor::hand_over_all() {
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
      lose(worker, {batch.frames.data() + done, batch.count - done});
      break;
    }
    ring.worker.ring();
    if (!collect() && may_sleep_) rx_core_.wait(ticket);
  }
  batch.count = 0;
}

// A datagram that was put together is no packet of its own.
void Distributor::lose(std::size_t worker, std::span<const Frame> frames) {
  for (const Frame& frame : frames)
    (frame.link == LinkType::kWhole ? fragments_.no_room : rings_[worker]->dropped).add(1);
  give_back(frames);
}

void Distributor::give_back(std::span<const Frame> frames) {
  const auto is_whole = [](const Frame& frame) { return frame.link == LinkType::kWhole; };
  while (!frames.empty()) {
    const auto end =
        static_cast<std::size_t>(std::find_if(frames.begin(), frames.end(), is_whole) - frames.begin());
    if (end != 0) source_.release(frames.first(end));
    if (end == frames.size()) return;
    defragmenter_.release(frames[end]);
    frames = frames.subspan(end + 1);
  }
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
      give_back({frames.data(), n});
      lent_ -= n;
      any = true;
    }
  }
  return any;
}

void Distributor::finish() {
  defragmenter_.finish();
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
