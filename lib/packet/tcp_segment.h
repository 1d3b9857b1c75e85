// SPDX-License-Identifier: Apache-2.0
// What decode() finds in a frame that carries TCP: plain values, and a view of the payload that lives as long
// as the frame. RFC 9293 3.1 for the fields.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"
#include "packet/ip_address.h"
#include "packet/tunnel.h"

namespace mailtap {

namespace tcp_flag {
inline constexpr std::uint8_t kFin = 0x01;
inline constexpr std::uint8_t kSyn = 0x02;
inline constexpr std::uint8_t kRst = 0x04;
inline constexpr std::uint8_t kPsh = 0x08;
inline constexpr std::uint8_t kAck = 0x10;
}  // namespace tcp_flag

// Filled by TcpSegment's verify_checksum(), never by decode(): most frames of a tap are not mail and are left
// before anybody touches their payload.
enum class ChecksumVerdict : std::uint8_t {
  kGood,    // the right sum
  kPseudo,  // the bare sum of the pseudo-header: taken on the sending host before its NIC filled it in
  kBad,
  kUnknown,  // the frame was cut or the checksum is not there to be judged
};

inline constexpr std::size_t kVlansMax = 4;

struct TcpSegment {
  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;     // meaningful with kAck only
  std::uint16_t window = 0;  // as in the header, unscaled
  std::uint8_t flags = 0;
  std::uint8_t ip_version = 4;
  std::uint8_t window_shift = 0xff;  // of a SYN's window scale option (RFC 7323 2.2); 0xff: no option
  std::uint8_t vlan_count = 0;
  std::array<std::uint16_t, kVlansMax> vlans{};  // the outermost of the frame, in tunnels too; ids, never 0
  Bytes payload;                                 // what was captured of it
  std::uint32_t payload_cut = 0;                 // bytes of payload that were on the wire and not captured
  Bytes tcp;                                     // header and captured payload: what the checksum covers
  TimeNs time = 0;
  Tunnel
      tunnel;  // the innermost around the packet; with kNone its other fields, but the depth, are leftovers

  bool has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

}  // namespace mailtap
