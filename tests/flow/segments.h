// SPDX-License-Identifier: Apache-2.0
// Segments between two made-up ends: c (client, 10.0.0.1) and s (server, 10.0.0.2).
#pragma once

#include "flow/flow_key.h"
#include "packet/tcp_segment.h"

namespace mailtap {

inline IpAddress address(std::uint32_t host) {
  IpAddress made;
  made.octets = {0,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0,
                 0xff,
                 0xff,
                 10,
                 static_cast<std::uint8_t>(host >> 16),
                 static_cast<std::uint8_t>(host >> 8),
                 static_cast<std::uint8_t>(host)};
  return made;
}

inline TcpSegment segment_from(std::uint32_t source, std::uint16_t source_port, std::uint32_t destination,
                               std::uint16_t destination_port) {
  TcpSegment segment;
  segment.source = address(source);
  segment.destination = address(destination);
  segment.source_port = source_port;
  segment.destination_port = destination_port;
  return segment;
}

inline TcpSegment from_client(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack = 0, TimeNs time = 0) {
  TcpSegment segment = segment_from(1, 40'000, 2, 25);
  segment.flags = flags;
  segment.seq = seq;
  segment.ack = ack;
  segment.time = time;
  return segment;
}

inline TcpSegment from_server(std::uint8_t flags, std::uint32_t seq, std::uint32_t ack, TimeNs time = 0) {
  TcpSegment segment = segment_from(2, 25, 1, 40'000);
  segment.flags = flags;
  segment.seq = seq;
  segment.ack = ack;
  segment.time = time;
  return segment;
}

}  // namespace mailtap
