// SPDX-License-Identifier: Apache-2.0
// Frames from DPDK ports. One Nic a process and once only: DPDK's environment cannot be started twice. open()
// by the main thread; each queue is then owned by one thread; the Nic outlives every use of its queues and
// every frame. With several devices a queue polls its share of each of them in turn.
//
// Time: the capture's where a finite device brings it (net_pcap: microseconds), so that a run over a file
// says what its replay says; else, whatever the driver, the TSC, read once a burst and held to the wall clock
// once a second. Never backwards.
//
// A finite device (net_pcap over a file, once) never says that it has ended: it gives nothing more. The run
// then ends by stop(), or by itself after `stop_when_idle_ns`. While frames are lent net_pcap is not polled
// beyond what the pool can hold, because it drops what finds no buffer; a real port is polled always, and
// counts.
#pragma once

#include <cstddef>
#include <memory>

#include "base/result.h"
#include "nic/nic_settings.h"
#include "packet/packet_source.h"

namespace mailtap {

class Nic {
 public:
  // The reason is "DEVICE: why" where a device is at fault. Nothing stays started on failure.
  static Result<std::unique_ptr<Nic>> open(const NicSettings& settings);

  Nic(const Nic&) = delete;
  Nic& operator=(const Nic&) = delete;
  ~Nic();

  // Flows are spread over the queues by a symmetric hash of addresses and ports when there are several; with
  // one somebody else has to steer.
  std::size_t queues() const;
  PacketSource& queue(std::size_t index);

  // Asks the ports what they lost; shown by the counters of queue 0 from then on. Any thread that is no
  // worker. Queue 0 asks by itself when it ends.
  void poll_counters();

  // Any thread, and a signal handler: each queue hands out what its ports hold, at most their descriptors,
  // and ends.
  void stop();

 private:
  struct Parts;
  explicit Nic(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

// Makes the calling thread known to DPDK while it lives, which gives it a cache of buffers of its own. A
// thread that owns a queue keeps one; without it everything works, slower.
class NicThread {
 public:
  NicThread();
  ~NicThread();
  NicThread(const NicThread&) = delete;
  NicThread& operator=(const NicThread&) = delete;

 private:
  bool registered_ = false;
};

}  // namespace mailtap
