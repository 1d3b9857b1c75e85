// SPDX-License-Identifier: Apache-2.0
// One receive queue over all ports: mbufs as frames. Frames are contiguous: an mbuf in pieces is put together
// in its first one; where that has no room the frame is dropped and counted as an error. Owner's thread, but
// for counters() and stop().
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/counter.h"
#include "nic/port.h"
#include "nic/tsc_clock.h"
#include "packet/packet_source.h"

struct rte_mbuf;
struct rte_mempool;

namespace mailtap {

// What the ports lost since they were started.
class PortLosses {
 public:
  explicit PortLosses(const std::vector<Port>& ports) : ports_(ports) {}  // outlive it

  // Asks the ports. Any thread; one that finds another at it waits for it. Never while packets are worked on:
  // a device may take its time.
  void poll();

  Counter missed, no_buffer, errors;  // as they were polled last

 private:
  const std::vector<Port>& ports_;
  std::atomic_flag polling_;
};

class RxQueue final : public PacketSource {
 public:
  // `losses` is told by this queue's counters, which polls them once more when it ends, so that the last
  // counters are those of the end; nullptr for all queues but one. It outlives the queue, as do the ports and
  // the pool, which gives to nobody else.
  RxQueue(const std::vector<Port>& ports, std::uint16_t queue, rte_mempool* pool, const NicSettings& settings,
          PortLosses* losses, const std::atomic<bool>& stop);

  Receipt receive(std::span<Frame> frames) override;
  void release(std::span<const Frame> frames) override;
  SourceCounters counters() const override;

 private:
  struct Input {
    std::uint16_t port = 0;
    bool capture = false;
    bool drops_without_buffer = false;
  };

  std::size_t poll(const Input& input, std::span<Frame> frames);
  bool fill(Frame& frame, rte_mbuf& mbuf, const Input& input);
  TimeNs time_of(const rte_mbuf& mbuf) const;
  TimeNs hold_time(TimeNs time);
  std::size_t room_in_pool() const;
  void find_timestamps();
  SourceState state_when_empty();
  bool is_over() const;

  std::vector<Input> inputs_;
  std::uint16_t queue_;
  rte_mempool* pool_;
  PortLosses* losses_;
  const std::atomic<bool>& stop_;
  DurationNs stop_when_idle_ns_;
  std::uint64_t drain_left_;  // frames still handed out after a stop
  std::size_t first_input_ = 0;
  std::size_t lent_ = 0;
  bool live_ = false;          // at least one port without a time of its own: the clock goes on by itself
  bool withheld_ = false;      // a port was not polled, because its frames would have found no buffer
  int timestamp_offset_ = -1;  // in an mbuf; -1: nobody brings a time
  std::uint64_t timestamp_flag_ = 0;
  TscClock clock_;
  TimeNs burst_time_ = kTimeMin;
  TimeNs last_time_ = kTimeMin;
  std::uint64_t busy_ticks_;  // when a frame came last
  bool ended_ = false;
  Counter frames_, bytes_, errors_, time_clamped_;
};

}  // namespace mailtap
