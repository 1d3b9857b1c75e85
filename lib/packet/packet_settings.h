// SPDX-License-Identifier: Apache-2.0
// Settings of decoding. Plain values; config/ loads and checks them against the bounds.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace mailtap {

inline constexpr unsigned kTunnelDepthMax = 8;

struct PacketSettings {
  // Headers of tunnels that are opened, one in the other; 0: none, what is in a tunnel is not looked at.
  std::uint32_t tunnel_depth_max = 4;  // 0 .. kTunnelDepthMax
  // UDP destination ports by which a tunnel is known. An empty list: that tunnel is not opened.
  std::vector<std::uint16_t> vxlan_ports = {4789, 8472};  // RFC 7348; Linux before it
  std::vector<std::uint16_t> vxlan_gpe_ports = {4790};    // draft-ietf-nvo3-vxlan-gpe
  std::vector<std::uint16_t> geneve_ports = {6081};       // RFC 8926
  std::vector<std::uint16_t> gtpu_ports = {2152};         // 3GPP TS 29.281

  // Fragments wait in pages until their datagram is whole. The oldest datagram makes room.
  std::uint32_t datagrams_max = 1024;            // at once; 1 .. 65536
  std::uint32_t fragment_pages = 4096;           // of kFragmentPageBytes, together; 64 .. 2^20
  DurationNs fragment_wait_ns = 30 * kSecondNs;  // RFC 8200 4.5: 60 s; Linux waits 30; 1 s .. 120 s
};

}  // namespace mailtap
