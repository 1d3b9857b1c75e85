// SPDX-License-Identifier: Apache-2.0
#include "nic/port.h"

#include <rte_ethdev.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

namespace mailtap {
namespace {

constexpr std::uint64_t kHashed = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP;
constexpr std::size_t kKeySizeMax = 64;

// A key of one 16-bit pattern again and again gives both directions of a flow the same hash (Woo and Park,
// "Scalable TCP Session Monitoring with Symmetric Receive-side Scaling", 2012).
std::array<std::uint8_t, kKeySizeMax> symmetric_key() {
  std::array<std::uint8_t, kKeySizeMax> key{};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = i % 2 == 0 ? 0x6d : 0x5a;
  return key;
}

rte_eth_dev_info info_of(std::uint16_t port) {
  rte_eth_dev_info info{};
  if (::rte_eth_dev_info_get(port, &info) != 0) info = {};
  return info;
}

bool can_hash(const rte_eth_dev_info& info) {
  return (info.flow_type_rss_offloads & kHashed) != 0 && info.hash_key_size <= kKeySizeMax;
}

}  // namespace

Result<Port> Port::find(const std::string& device) {
  const std::string name = device.substr(0, device.find(','));
  std::uint16_t id = 0;
  if (::rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) return Failure{device + ": no such DPDK port"};
  Port port(device, id);
  const rte_eth_dev_info info = info_of(id);
  port.capture_ = info.driver_name != nullptr && std::string_view(info.driver_name) == "net_pcap";
  if (can_hash(info)) port.queues_max_ = std::max<std::uint16_t>(1, info.max_rx_queues);
  return port;
}

Port::Port(Port&& other) noexcept
    : device_(std::move(other.device_)),
      id_(other.id_),
      queues_max_(other.queues_max_),
      capture_(other.capture_),
      ours_(std::exchange(other.ours_, false)) {}

Port::~Port() {
  if (!ours_) return;
  ::rte_eth_dev_stop(id_);
  ::rte_eth_dev_close(id_);
}

int Port::socket() const { return ::rte_eth_dev_socket_id(id_); }

Failure Port::fault(const char* doing, int error) const {
  return Failure{device_ + ": " + doing + ": " + std::strerror(std::abs(error))};
}

Status Port::configure(const NicSettings& settings, std::uint16_t queues) {
  static std::array<std::uint8_t, kKeySizeMax> key = symmetric_key();  // DPDK takes it as not const
  const rte_eth_dev_info info = info_of(id_);
  rte_eth_conf conf{};
  conf.rxmode.mtu = settings.mtu;
  if (info.max_mtu != 0)
    conf.rxmode.mtu = std::clamp<std::uint32_t>(settings.mtu, info.min_mtu, info.max_mtu);
  if (queues > 1) {
    conf.rxmode.mq_mode = RTE_ETH_MQ_RX_RSS;
    conf.rx_adv_conf.rss_conf.rss_key = key.data();
    conf.rx_adv_conf.rss_conf.rss_key_len = info.hash_key_size == 0 ? 40 : info.hash_key_size;
    conf.rx_adv_conf.rss_conf.rss_hf = info.flow_type_rss_offloads & kHashed;
  }
  const int error = ::rte_eth_dev_configure(id_, queues, 0, &conf);
  return error == 0 ? Status() : fault("cannot be configured", error);
}

Status Port::start(const NicSettings& settings, const std::vector<rte_mempool*>& pools) {
  const auto queues = static_cast<std::uint16_t>(pools.size());
  if (const Status status = configure(settings, queues); !status) return status;
  std::uint16_t descriptors = settings.rx_descriptors;
  if (const int error = ::rte_eth_dev_adjust_nb_rx_tx_desc(id_, &descriptors, nullptr); error != 0)
    return fault("descriptors", error);
  for (std::uint16_t queue = 0; queue < queues; ++queue) {
    const auto node = static_cast<unsigned>(socket());
    const int error = ::rte_eth_rx_queue_setup(id_, queue, descriptors, node, nullptr, pools[queue]);
    if (error != 0) return fault("receive queue", error);
  }
  if (const int error = ::rte_eth_dev_start(id_); error != 0) return fault("cannot be started", error);
  if (settings.promiscuous) ::rte_eth_promiscuous_enable(id_);  // virtual devices may have no such mode
  return {};
}

}  // namespace mailtap
