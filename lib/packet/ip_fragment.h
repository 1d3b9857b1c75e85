// SPDX-License-Identifier: Apache-2.0
// A fragment of an IP datagram, as Decoder found it. Views live as long as the frame. RFC 791 3.2, RFC
// 8200 4.5.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"
#include "packet/ip_address.h"
#include "packet/tcp_segment.h"
#include "packet/tunnel.h"

namespace mailtap {

struct IpFragment {
  IpAddress source;
  IpAddress destination;
  std::uint32_t id = 0;       // 16 bits in IPv4
  std::uint32_t offset = 0;   // octets from the start of the datagram's payload
  std::uint32_t size = 0;     // octets of payload on the wire; data.size() is less where the frame was cut
  Bytes data;                 // what was captured of it
  std::uint8_t protocol = 0;  // of the datagram's payload; in IPv6 the header behind the fragment header
  std::uint8_t ip_version = 4;
  bool more = false;  // fragments follow
  TimeNs time = 0;
  // Around the datagram.
  std::array<std::uint16_t, kVlansMax> vlans{};
  std::uint8_t vlan_count = 0;
  Tunnel tunnel;
};

}  // namespace mailtap
