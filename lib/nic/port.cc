// SPDX-License-Identifier: Apache-2.0
#include "nic/port.h"

#include <rte_ethdev.h>
#include <rte_mempool.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>

#include "nic/device_name.h"

namespace mailtap {
namespace {

constexpr std::uint64_t kHashed = RTE_ETH_RSS_IP | RTE_ETH_RSS_TCP;
constexpr std::size_t kKeySizeMax = 64;
constexpr unsigned kSpareMbufs = 512;  // frames under way while an endless capture gives more

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

Port::Kind Port::kind_of(const std::string& device, const char* driver) {
  if (driver == nullptr || std::string_view(driver) != "net_pcap") return Kind::kPort;
  if (argument_of(device, "rx_pcap").empty()) return Kind::kPcapInterface;
  const std::string endless(argument_of(device, "infinite_rx"));
  return std::atoi(endless.c_str()) > 0 ? Kind::kEndlessCapture : Kind::kCapture;
}

Result<Port> Port::find(const std::string& device) {
  const std::string name = device.substr(0, device.find(','));
  std::uint16_t id = 0;
  if (::rte_eth_dev_get_port_by_name(name.c_str(), &id) != 0) return Failure{device + ": no such DPDK port"};
  Port port(device, id);
  const rte_eth_dev_info info = info_of(id);
  port.kind_ = kind_of(device, info.driver_name);
  if (can_hash(info)) port.queues_max_ = std::max<std::uint16_t>(1, info.max_rx_queues);
  return port;
}

Port::Port(Port&& other) noexcept
    : device_(std::move(other.device_)),
      id_(other.id_),
      queues_max_(other.queues_max_),
      kind_(other.kind_),
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

// Such a port keeps its whole file in buffers of the pool, a frame in one, and fills others from them.
Failure Port::no_room(const NicSettings& settings) const {
  return Failure{device_ + ": with infinite_rx the whole capture, each frame in one buffer, and " +
                 std::to_string(kSpareMbufs) + " buffers more must fit nic.mbufs (" +
                 std::to_string(settings.mbufs) + "), each frame nic.mtu (" + std::to_string(settings.mtu) +
                 "): raise them, or take fewer or smaller frames"};
}

Status Port::set_up_queue(const NicSettings& settings, std::uint16_t queue, std::uint16_t descriptors,
                          rte_mempool* pool) {
  const auto node = static_cast<unsigned>(socket());
  const int error = ::rte_eth_rx_queue_setup(id_, queue, descriptors, node, nullptr, pool);
  const bool endless = kind_ == Kind::kEndlessCapture;
  if (error == -EINVAL && endless) return no_room(settings);
  if (error != 0) return fault("receive queue", error);
  // Where none are left it would give nothing for ever, and count nothing.
  if (endless && ::rte_mempool_avail_count(pool) < kSpareMbufs) return no_room(settings);
  return {};
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
  for (std::uint16_t queue = 0; queue < queues; ++queue)
    if (const Status status = set_up_queue(settings, queue, descriptors, pools[queue]); !status)
      return status;
  if (const int error = ::rte_eth_dev_start(id_); error != 0) return fault("cannot be started", error);
  if (settings.promiscuous) ::rte_eth_promiscuous_enable(id_);  // virtual devices may have no such mode
  return {};
}

}  // namespace mailtap
