// SPDX-License-Identifier: Apache-2.0
#include "nic/rx_queue.h"

#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_mbuf_dyn.h>

#include <algorithm>
#include <array>
#include <thread>

namespace mailtap {
namespace {

constexpr std::size_t kBurstMax = 64;
// The largest frame of a capture in pieces of an mbuf: a device that takes buffers for it must not run dry.
constexpr std::size_t kPiecesMax = 128;

}  // namespace

void PortLosses::poll() {
  while (polling_.test_and_set(std::memory_order_acquire)) std::this_thread::yield();
  std::uint64_t now_missed = 0, now_no_buffer = 0, now_errors = 0;
  for (const Port& port : ports_) {
    rte_eth_stats stats{};
    if (::rte_eth_stats_get(port.id(), &stats) != 0) continue;
    now_missed += stats.imissed;
    now_no_buffer += stats.rx_nombuf;
    now_errors += stats.ierrors;
  }
  missed.set(now_missed);
  no_buffer.set(now_no_buffer);
  errors.set(now_errors);
  polling_.clear(std::memory_order_release);
}

RxQueue::RxQueue(const std::vector<Port>& ports, std::uint16_t queue, rte_mempool* pool,
                 const NicSettings& settings, PortLosses* losses, const std::atomic<bool>& stop)
    : queue_(queue),
      pool_(pool),
      losses_(losses),
      stop_(stop),
      stop_when_idle_ns_(settings.stop_when_idle_ns),
      drain_left_(std::uint64_t{settings.rx_descriptors} * ports.size()),
      busy_ticks_(TscClock::ticks()) {
  for (const Port& port : ports)
    inputs_.push_back({port.id(), port.is_capture(), port.drops_without_buffer()});
  find_timestamps();
  live_ = timestamp_offset_ < 0 ||
          std::any_of(inputs_.begin(), inputs_.end(), [](const Input& input) { return !input.capture; });
}

void RxQueue::find_timestamps() {
  const int offset = ::rte_mbuf_dynfield_lookup(RTE_MBUF_DYNFIELD_TIMESTAMP_NAME, nullptr);
  const int flag = ::rte_mbuf_dynflag_lookup(RTE_MBUF_DYNFLAG_RX_TIMESTAMP_NAME, nullptr);
  if (offset < 0 || flag < 0) return;
  timestamp_offset_ = offset;
  timestamp_flag_ = std::uint64_t{1} << flag;
}

Receipt RxQueue::receive(std::span<Frame> frames) {
  Receipt receipt;
  burst_time_ = clock_.now();
  withheld_ = false;
  const std::span<Frame> room = frames.first(std::min(frames.size(), kBurstMax));
  for (std::size_t i = 0; i < inputs_.size() && receipt.count < room.size(); ++i)
    receipt.count += poll(inputs_[(first_input_ + i) % inputs_.size()], room.subspan(receipt.count));
  first_input_ = (first_input_ + 1) % inputs_.size();
  if (receipt.count == 0)
    receipt.state = state_when_empty();
  else
    busy_ticks_ = TscClock::ticks();
  if (live_) last_time_ = std::max(last_time_, burst_time_);
  receipt.now = last_time_;
  frames_.add(receipt.count);
  return receipt;
}

bool RxQueue::is_over() const {
  if (stop_.load(std::memory_order_relaxed)) return true;
  return stop_when_idle_ns_ > 0 && clock_.since(busy_ticks_) >= stop_when_idle_ns_;
}

SourceState RxQueue::state_when_empty() {
  if (withheld_) {
    busy_ticks_ = TscClock::ticks();  // it waits for its frames, not for the link
    return SourceState::kMore;
  }
  if (!ended_ && !is_over()) return SourceState::kMore;
  if (!ended_ && losses_ != nullptr) losses_->poll();
  ended_ = true;
  return SourceState::kEnded;
}

std::size_t RxQueue::room_in_pool() const {
  const std::size_t kept = lent_ + kPiecesMax;
  return pool_->size > kept ? pool_->size - kept : 0;
}

std::size_t RxQueue::poll(const Input& input, std::span<Frame> frames) {
  std::array<rte_mbuf*, kBurstMax> mbufs;
  std::size_t wanted = frames.size();
  if (stop_.load(std::memory_order_relaxed)) wanted = std::min<std::size_t>(wanted, drain_left_);
  if (input.drops_without_buffer && room_in_pool() < wanted) {
    wanted = room_in_pool();
    withheld_ = wanted == 0;
  }
  if (wanted == 0) return 0;
  const std::size_t n =
      ::rte_eth_rx_burst(input.port, queue_, mbufs.data(), static_cast<std::uint16_t>(wanted));
  if (stop_.load(std::memory_order_relaxed)) drain_left_ -= std::min<std::uint64_t>(n, drain_left_);
  std::size_t count = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (fill(frames[count], *mbufs[i], input)) ++count;
  lent_ += count;
  return count;
}

bool RxQueue::fill(Frame& frame, rte_mbuf& mbuf, const Input& input) {
  if (mbuf.nb_segs > 1 && ::rte_pktmbuf_linearize(&mbuf) != 0) {
    ::rte_pktmbuf_free(&mbuf);
    errors_.add(1);
    return false;
  }
  frame.data = rte_pktmbuf_mtod(&mbuf, const std::uint8_t*);
  frame.captured = frame.on_wire = mbuf.pkt_len;
  frame.time = hold_time(input.capture ? time_of(mbuf) : burst_time_);
  frame.owner = &mbuf;
  frame.port = input.port;
  frame.link = LinkType::kEthernet;
  bytes_.add(frame.on_wire);
  return true;
}

TimeNs RxQueue::time_of(const rte_mbuf& mbuf) const {
  if (timestamp_offset_ < 0 || (mbuf.ol_flags & timestamp_flag_) == 0) return burst_time_;
  const auto us = *RTE_MBUF_DYNFIELD(&mbuf, timestamp_offset_, const rte_mbuf_timestamp_t*);
  return static_cast<TimeNs>(us) * kMicrosecondNs;
}

TimeNs RxQueue::hold_time(TimeNs time) {
  if (time < last_time_) time_clamped_.add(1);
  return last_time_ = std::max(time, last_time_);
}

void RxQueue::release(std::span<const Frame> frames) {
  MAILTAP_CHECK(frames.size() <= lent_);
  lent_ -= frames.size();
  while (!frames.empty()) {
    std::array<rte_mbuf*, kBurstMax> mbufs;
    const std::size_t n = std::min(frames.size(), mbufs.size());
    for (std::size_t i = 0; i < n; ++i) mbufs[i] = static_cast<rte_mbuf*>(frames[i].owner);
    ::rte_pktmbuf_free_bulk(mbufs.data(), static_cast<unsigned>(n));
    frames = frames.subspan(n);
  }
}

SourceCounters RxQueue::counters() const {
  SourceCounters counters;
  counters.frames = frames_.get();
  counters.bytes = bytes_.get();
  counters.errors = errors_.get();
  counters.time_clamped = time_clamped_.get();
  if (losses_ == nullptr) return counters;
  counters.missed = losses_->missed.get();
  counters.no_buffer = losses_->no_buffer.get();
  counters.errors += losses_->errors.get();
  return counters;
}

}  // namespace mailtap
