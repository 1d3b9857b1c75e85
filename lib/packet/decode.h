// SPDX-License-Identifier: Apache-2.0
// From a frame to a TCP segment: Ethernet, VLAN and QinQ, IPv4, IPv6 with its extension headers, TCP.
// Whatever is wrong with a frame is a Drop reason and a counter, never an assertion; nothing is read past
// `Frame::captured`. Pure functions, any thread, no allocation.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "packet/frame.h"
#include "packet/tcp_segment.h"

namespace mailtap {

enum class Drop : std::uint8_t {
  kNone,
  kTruncatedLink,
  kUnknownLink,  // a link type this build does not read
  kNotIp,        // ARP, LLDP, ...
  kTooManyVlans,
  kTruncatedIp,
  kBadIpHeader,   // version, header length or total length that contradict each other
  kBadExtension,  // an IPv6 chain that is longer than its limit or its packet
  kFragment,      // a fragment of a datagram
  kNotTcp,
  kTruncatedTcp,  // not even the header was captured
  kBadTcpHeader,  // data offset below 5 or behind the segment's end
  kCount
};

// As in `stats.drops`: "not_tcp", "bad_ip_header", ...
std::string_view name_of(Drop drop);

Drop decode(const Frame& frame, TcpSegment& segment);

// RFC 9293 3.1: reads every byte of the segment, so it is asked only about flows that are ours.
ChecksumVerdict verify_checksum(const TcpSegment& segment);

}  // namespace mailtap
