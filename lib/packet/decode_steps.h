// SPDX-License-Identifier: Apache-2.0
// The steps of decode(), one a layer: each reads its header from `rest`, puts what it found into `segment`
// and leaves `rest` behind the header. Anything but Drop::kNone ends the frame.
#pragma once

#include <cstdint>

#include "packet/decode.h"
#include "packet/remainder.h"

namespace mailtap {

inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr unsigned kExtensionsMax = 8;  // of an IPv6 packet; a sane one has two

enum class IpVersion : std::uint8_t { kV4, kV6 };

Drop decode_ethernet(Remainder& rest, TcpSegment& segment, IpVersion& version);
Drop decode_ipv4(Remainder& rest, TcpSegment& segment);
Drop decode_ipv6(Remainder& rest, TcpSegment& segment);
Drop decode_tcp(const Remainder& rest, TcpSegment& segment);

}  // namespace mailtap
