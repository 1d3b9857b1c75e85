// SPDX-License-Identifier: Apache-2.0
// One DPDK port with its receive queues: configured and started by open(), stopped and closed by the
// destructor. Nothing is ever sent: it has no transmit queue. Set-up by the main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/counter.h"
#include "base/result.h"
#include "nic/nic_settings.h"

struct rte_mempool;

namespace mailtap {

class Port {
 public:
  // Finds the device of a settings entry. The reason is "DEVICE: why".
  static Result<Port> find(const std::string& device);

  Port(Port&& other) noexcept;
  Port& operator=(Port&&) = delete;
  ~Port();

  // How many receive queues can share its flows: 1 where it cannot hash.
  std::uint16_t queues_max() const { return queues_max_; }
  int socket() const;

  // One queue a pool.
  Status start(const NicSettings& settings, const std::vector<rte_mempool*>& pools);

  std::uint16_t id() const { return id_; }
  // Where it finds no buffer for a frame it drops one that its source could have kept (net_pcap).
  bool drops_without_buffer() const { return kind_ != Kind::kPort; }
  // It reads a file once (net_pcap) and tells the capture's time in microseconds. Any other port is live,
  // net_pcap over an interface or round and round a file (infinite_rx) too: time is the clock's.
  bool is_capture() const { return kind_ == Kind::kCapture; }

 private:
  enum class Kind : std::uint8_t { kPort, kPcapInterface, kCapture, kEndlessCapture };

  Port(std::string device, std::uint16_t id) : device_(std::move(device)), id_(id) {}
  Status configure(const NicSettings& settings, std::uint16_t queues);
  static Kind kind_of(const std::string& device, const char* driver);
  Status set_up_queue(const NicSettings& settings, std::uint16_t queue, std::uint16_t descriptors,
                      rte_mempool* pool);
  Failure fault(const char* doing, int error) const;
  Failure no_room(const NicSettings& settings) const;

  std::string device_;
  std::uint16_t id_;
  std::uint16_t queues_max_ = 1;
  Kind kind_ = Kind::kPort;
  bool ours_ = true;
};

}  // namespace mailtap
