// SPDX-License-Identifier: Apache-2.0
// From a frame to a TCP segment: link layer, VLANs, tunnels one in the other, IPv4, IPv6 with its extension
// headers, TCP. Whatever is wrong with a frame is a Drop reason and a counter, never an assertion; nothing is
// read past `Frame::captured`. One thread owns a Decoder; no allocation after its making.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "packet/frame.h"
#include "packet/ip_fragment.h"
#include "packet/packet_settings.h"
#include "packet/tcp_segment.h"
#include "packet/udp_tunnels.h"

namespace mailtap {

enum class Drop : std::uint8_t {
  kNone,
  kTruncatedLink,
  kUnknownLink,   // a link type this build does not read
  kNotIp,         // ARP, LLDP, ...; in a tunnel too
  kTooManyVlans,  // more than kVlansMax tags in one Ethernet header
  kTruncatedIp,
  kBadIpHeader,    // version, header length or total length that contradict each other
  kBadExtension,   // an IPv6 chain that is longer than its limit or its packet
  kFragment,       // a fragment of a datagram
  kNotTcp,         // nor a tunnel; or a fragment of what can be neither
  kTruncatedTcp,   // not even the header was captured
  kBadTcpHeader,   // data offset below 5 or behind the segment's end
  kBadLink,        // a link header that contradicts itself, or whose check sequence was wrong
  kProtectedLink,  // an encrypted frame of IEEE 802.11
  kSplitLink,      // IEEE 802.11: a fragment of a frame, or several in one
  kTooDeep,        // more tunnels, one in the other, than packet.tunnel_depth_max
  kBadTunnel,      // a tunnel's header that contradicts itself or its packet
  kTruncatedTunnel,
  kCount
};

// As in `stats.drops`: "not_tcp", "bad_ip_header", ...
std::string_view name_of(Drop drop);

class Decoder {
 public:
  explicit Decoder(const PacketSettings& settings);

  Drop decode(const Frame& frame, TcpSegment& segment);

  // After Drop::kFragment and until the next decode(): what it found. Views into the frame.
  const IpFragment& fragment() const { return fragment_; }

 private:
  std::uint32_t depth_max_;
  UdpTunnels udp_tunnels_;
  IpFragment fragment_;
};

// RFC 9293 3.1: reads every byte of the segment, so it is asked only about flows that are ours.
ChecksumVerdict verify_checksum(const TcpSegment& segment);

}  // namespace mailtap
