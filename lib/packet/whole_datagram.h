// SPDX-License-Identifier: Apache-2.0
// What stands in front of the bytes of a frame of LinkType::kWhole: what was around the datagram whose
// fragments were put together. Behind it an IP packet without a trace of its fragments. Written by
// Defragmenter, read by Decoder; bytes of this process only.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "packet/tcp_segment.h"
#include "packet/tunnel.h"

namespace mailtap {

struct WholeDatagram {
  Tunnel tunnel;
  std::array<std::uint16_t, kVlansMax> vlans{};
  std::uint8_t vlan_count = 0;
};
static_assert(std::is_trivially_copyable_v<WholeDatagram>);

}  // namespace mailtap
