// SPDX-License-Identifier: Apache-2.0
// What a segment was carried in: the innermost tunnel around its IP packet, and how many there were. Values.
#pragma once

#include <cstdint>
#include <string_view>

#include "packet/ip_address.h"

namespace mailtap {

enum class TunnelKind : std::uint8_t {
  kNone,
  kMpls,      // id: the bottom label
  kPppoe,     // id: the session
  kIpip,      // IPv4 in IPv4 (RFC 2003)
  k4in6,      // RFC 2473
  k6in4,      // RFC 4213
  k6in6,      // RFC 2473
  kGre,       // id: the key, 0 without one (RFC 2784, 2890)
  kErspan,    // id: the session, 0 in type I
  kVxlan,     // id: the VNI
  kVxlanGpe,  // id: the VNI
  kGeneve,    // id: the VNI
  kGtpU,      // id: the TEID
  kCount
};

// As in `tunnel.type` of events: "vxlan", "gre", ...
std::string_view name_of(TunnelKind kind);

struct Tunnel {
  IpAddress outer_source;  // all zero where the tunnel has no IP header of its own (MPLS, PPPoE)
  IpAddress outer_destination;
  std::uint32_t id = 0;
  TunnelKind kind = TunnelKind::kNone;
  std::uint8_t depth = 0;       // tunnels around the packet, this one included
  bool id_by_receiver = false;  // the call id of PPTP, in GRE: the other direction has another

  bool operator==(const Tunnel&) const = default;
};

}  // namespace mailtap
