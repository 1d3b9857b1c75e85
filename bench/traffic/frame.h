// SPDX-License-Identifier: Apache-2.0
// Builds Ethernet frames that carry one TCP segment each: Ethernet II, optional 802.1Q tag, IPv4 (RFC 791) or
// IPv6 (RFC 8200), TCP (RFC 9293) with the timestamps option (RFC 7323) where the connection uses it.
// Checksums are right.
#ifndef MAILTAP_BENCH_TRAFFIC_FRAME_H_
#define MAILTAP_BENCH_TRAFFIC_FRAME_H_

#include <cstddef>
#include <cstdint>

#include "address.h"

namespace mailtap::traffic {

constexpr std::size_t kFrameMax = 1518 + 4;
constexpr std::size_t kMtu = 1500;

enum TcpFlag : std::uint8_t { kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10 };

struct Segment {
  Side from = Side::kClient;
  std::uint8_t flags = kAck;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint16_t ip_id = 0;
  std::uint32_t time_value = 0;  // timestamps option
  std::uint32_t time_echo = 0;
  const std::uint8_t* payload = nullptr;
  std::size_t payload_size = 0;
};

// Largest payload of a segment of this connection.
std::size_t payload_max(const Ends& ends);
// Writes the frame into `out` (kFrameMax bytes) and returns its size.
std::size_t build_frame(const Ends& ends, const Segment& segment, std::uint8_t* out);

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_FRAME_H_
