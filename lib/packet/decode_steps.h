// SPDX-License-Identifier: Apache-2.0
// The steps of Decoder, one a layer. A step reads its header from `rest`, puts what it found into `segment`,
// leaves `rest` behind the header and answers what follows, or why nothing does. Each takes a byte at least,
// or opens a tunnel, of which there are few: no frame makes the walk longer than itself.
#pragma once

#include <cstdint>

#include "packet/decode.h"
#include "packet/remainder.h"

namespace mailtap {

inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr unsigned kExtensionsMax = 8;  // of an IPv6 packet; a sane one has two

// What the next bytes are.
enum class Layer : std::uint8_t {
  kEnd,  // nothing more is read; a Drop says why
  kTcp,
  kIpv4,
  kIpv6,
  kIp,            // of the version that its first four bits tell
  kIpv4Fragment,  // at the IP header, which was found right
  kIpv6Fragment,  // at the fragment header; the addresses stand in the segment
  kUdp,
  kInnerIpv4,  // an IP packet right behind an IP header
  kInnerIpv6,
  kGre,
  kEthernet,
  kLlc,  // IEEE 802.2
  kMpls,
  kPppoe,
  kPpp
};

struct Step {
  Layer next = Layer::kEnd;
  Drop drop = Drop::kNone;

  constexpr Step(Layer layer) : next(layer) {}   // NOLINT(google-explicit-constructor): an answer is one
  constexpr Step(Drop reason) : drop(reason) {}  // NOLINT(google-explicit-constructor): of the two
};

// Link layers. `link` is not kEthernet.
Step decode_link(LinkType link, Remainder& rest, TcpSegment& segment);
Step decode_ethernet(Remainder& rest, TcpSegment& segment);
Step decode_llc(Remainder& rest, TcpSegment& segment);
Step decode_ppp(Remainder& rest, TcpSegment& segment);
Step decode_nflog(Remainder& rest);
Step decode_radiotap(Remainder& rest);  // kNone: an IEEE 802.11 frame follows
Step decode_ieee80211(Remainder& rest);

// What follows an EtherType; VLAN tags are crossed.
Step follow_ether_type(std::uint16_t type, Remainder& rest, TcpSegment& segment);

// What follows an IP header.
Step follow_protocol(std::uint8_t protocol);
bool is_extension(std::uint8_t protocol);  // of IPv6

Step decode_ip(const Remainder& rest);
Step decode_ipv4(Remainder& rest, TcpSegment& segment);
Step decode_ipv6(Remainder& rest, TcpSegment& segment);
Drop decode_tcp(const Remainder& rest, TcpSegment& segment);

}  // namespace mailtap
