// SPDX-License-Identifier: Apache-2.0
// Which UDP ports carry tunnels. Asked for every UDP packet of a tap, of which nearly all are none: one bit a
// port modulo 64 answers most. Made at start, const afterwards.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "packet/packet_settings.h"
#include "packet/tunnel.h"

namespace mailtap {

class UdpTunnels {
 public:
  explicit UdpTunnels(const PacketSettings& settings);

  bool any() const { return filter_ != 0; }
  // kNone: no tunnel.
  TunnelKind kind_of(std::uint16_t port) const {
    return (filter_ >> port % 64 & 1) == 0 ? TunnelKind::kNone : find(port);
  }

 private:
  TunnelKind find(std::uint16_t port) const;
  void add(const std::vector<std::uint16_t>& ports, TunnelKind kind);

  std::uint64_t filter_ = 0;
  std::vector<std::pair<std::uint16_t, TunnelKind>> ports_;
};

}  // namespace mailtap
