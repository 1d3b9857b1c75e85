// SPDX-License-Identifier: Apache-2.0
#include "nic/nic.h"

#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "nic/eal.h"
#include "nic/port.h"
#include "nic/rx_queue.h"

namespace mailtap {
namespace {

constexpr unsigned kCachedMbufs = 256;       // a thread
constexpr std::uint32_t kLinkOverhead = 64;  // Ethernet header, tags, checksum; rounded up

struct FreePool {
  void operator()(rte_mempool* pool) const { ::rte_mempool_free(pool); }
};
using Pool = std::unique_ptr<rte_mempool, FreePool>;

Result<Pool> make_pool(const NicSettings& settings, std::size_t queue, int socket) {
  const std::uint32_t room =
      std::max<std::uint32_t>(2048, settings.mtu + kLinkOverhead) + RTE_PKTMBUF_HEADROOM;
  const std::string name = "rx" + std::to_string(queue);
  const unsigned cached = std::min(kCachedMbufs, settings.mbufs / 4);
  Pool pool(::rte_pktmbuf_pool_create(name.c_str(), settings.mbufs, cached, 0,
                                      static_cast<std::uint16_t>(room), socket));
  if (pool == nullptr)
    return Failure{"no memory for " + std::to_string(settings.mbufs) +
                   " packet buffers: " + ::rte_strerror(rte_errno)};
  return pool;
}

}  // namespace

// In the order in which they are made; gone in the reverse one.
struct Nic::Parts {
  explicit Parts(Eal started) : eal(std::move(started)) {}

  Status find_ports(const NicSettings& settings);
  Status start_ports(const NicSettings& settings);
  Status make_pools(const NicSettings& settings);

  Eal eal;
  std::vector<Pool> pools;
  std::vector<Port> ports;
  PortLosses losses{ports};
  std::atomic<bool> stop{false};
  std::vector<std::unique_ptr<RxQueue>> queues;
};

Status Nic::Parts::find_ports(const NicSettings& settings) {
  for (const std::string& device : settings.devices) {
    Result<Port> port = Port::find(device);
    if (!port) {
      const std::string why = Eal::first_complaint();
      return Failure{port.reason() + (why.empty() ? "" : " (" + why + ")")};
    }
    ports.push_back(std::move(port.value()));
  }
  return {};
}

Status Nic::Parts::make_pools(const NicSettings& settings) {
  std::uint16_t n = std::max<std::uint16_t>(1, settings.rx_queues);
  for (const Port& port : ports) n = std::min(n, port.queues_max());
  for (std::size_t queue = 0; queue < n; ++queue) {
    Result<Pool> pool = make_pool(settings, queue, ports.front().socket());
    if (!pool) return pool.failure();
    pools.push_back(std::move(pool.value()));
  }
  return {};
}

Status Nic::Parts::start_ports(const NicSettings& settings) {
  std::vector<rte_mempool*> shared;
  for (const Pool& pool : pools) shared.push_back(pool.get());
  for (Port& port : ports)
    if (const Status status = port.start(settings, shared); !status) return status;
  for (std::size_t i = 0; i < pools.size(); ++i)
    queues.push_back(std::make_unique<RxQueue>(ports, static_cast<std::uint16_t>(i), shared[i], settings,
                                               i == 0 ? &losses : nullptr, stop));
  return {};
}

Result<std::unique_ptr<Nic>> Nic::open(const NicSettings& settings) {
  if (settings.devices.empty()) return Failure{"no device to read from"};
  Result<Eal> eal = Eal::start(settings);
  if (!eal) return eal.failure();
  auto parts = std::make_unique<Parts>(std::move(eal.value()));
  if (const Status status = parts->find_ports(settings); !status) return status.failure();
  if (const Status status = parts->make_pools(settings); !status) return status.failure();
  if (const Status status = parts->start_ports(settings); !status) return status.failure();
  return std::unique_ptr<Nic>(new Nic(std::move(parts)));
}

Nic::Nic(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Nic::~Nic() = default;

std::size_t Nic::queues() const { return parts_->queues.size(); }

PacketSource& Nic::queue(std::size_t index) {
  MAILTAP_CHECK(index < parts_->queues.size());
  return *parts_->queues[index];
}

void Nic::poll_counters() { parts_->losses.poll(); }

void Nic::stop() { parts_->stop.store(true, std::memory_order_relaxed); }

NicThread::NicThread() {
  if (::rte_lcore_id() == LCORE_ID_ANY) registered_ = ::rte_thread_register() == 0;
}

NicThread::~NicThread() {
  if (registered_) ::rte_thread_unregister();
}

}  // namespace mailtap
