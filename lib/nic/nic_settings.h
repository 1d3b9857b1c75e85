// SPDX-License-Identifier: Apache-2.0
// Which devices are read through DPDK, and with how much memory. Memory: queues x mbufs x nic_mbuf_bytes()
// and kNicOwnMb, see nic_memory_mb().
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace mailtap {

enum class HugePages : std::uint8_t {
  kAuto,  // used when enough of them are free
  kYes,
  kNo,
};

struct NicSettings {
  // A PCI address ("0000:3b:00.0") or a virtual device with its arguments ("net_pcap0,rx_pcap=FILE",
  // "net_null0", "net_af_packet0,iface=eth1"). At least one, at most 16.
  std::vector<std::string> devices;
  HugePages huge_pages = HugePages::kAuto;
  std::uint32_t memory_mb = 0;          // for the EAL; 0: what the pools need; 32 .. 1,048,576
  std::uint16_t rx_queues = 1;          // wanted; fewer when a device has fewer or cannot hash; 1 .. 64
  std::uint16_t rx_descriptors = 1024;  // a queue and device; 64 .. 32,768
  std::uint32_t mbufs = 16383;          // a queue; 2^n - 1 wastes nothing; 1,023 .. 4,194,303
  std::uint16_t mtu = 1500;             // bytes behind the Ethernet header, tags apart; 68 .. 9,600
  bool promiscuous = true;              // a tap's frames are addressed to others
  DurationNs stop_when_idle_ns = 0;     // end after so long without a frame; 0: never. For finite devices.
};

inline constexpr std::uint32_t kNicOwnMb = 64;  // DPDK's tables, rings and the ports' own memory

// What a buffer of a pool takes: its room, and rte_mbuf, headroom and the pool's own header.
constexpr std::uint32_t nic_mbuf_bytes(const NicSettings& settings) {
  return std::max<std::uint32_t>(2048, settings.mtu + 64U) + 384;
}

// What the EAL is asked for, in MiB: the pools and its own use.
std::uint32_t nic_memory_mb(const NicSettings& settings);

}  // namespace mailtap
