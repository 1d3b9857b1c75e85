// SPDX-License-Identifier: Apache-2.0
#include "packet/udp_tunnels.h"

namespace mailtap {

UdpTunnels::UdpTunnels(const PacketSettings& settings) {
  if (settings.tunnel_depth_max == 0) return;
  add(settings.vxlan_ports, TunnelKind::kVxlan);
  add(settings.vxlan_gpe_ports, TunnelKind::kVxlanGpe);
  add(settings.geneve_ports, TunnelKind::kGeneve);
  add(settings.gtpu_ports, TunnelKind::kGtpU);
}

void UdpTunnels::add(const std::vector<std::uint16_t>& ports, TunnelKind kind) {
  for (const std::uint16_t port : ports) {
    filter_ |= std::uint64_t{1} << port % 64;
    ports_.emplace_back(port, kind);
  }
}

TunnelKind UdpTunnels::find(std::uint16_t port) const {
  for (const auto& [known, kind] : ports_)
    if (known == port) return kind;
  return TunnelKind::kNone;
}

}  // namespace mailtap
