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
  // It takes a buffer for each frame itself, drops without one, and tells the capture's time in microseconds.
  bool is_capture() const { return capture_; }

 private:
  Port(std::string device, std::uint16_t id) : device_(std::move(device)), id_(id) {}
  Status configure(const NicSettings& settings, std::uint16_t queues);
  Failure fault(const char* doing, int error) const;

  std::string device_;
  std::uint16_t id_;
  std::uint16_t queues_max_ = 1;
  bool capture_ = false;
  bool ours_ = true;
};

}  // namespace mailtap
