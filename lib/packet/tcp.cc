// SPDX-License-Identifier: Apache-2.0
// RFC 9293 3.1: source port u16, destination port u16, seq u32, ack u32, header words (4 bits), reserved (4),
// flags u8, window u16, checksum u16, urgent pointer u16, options: kind u8 [, length u8, value]; kind 0 ends
// them, 1 stands alone, 3 is the window scale (RFC 7323 2.2).
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 20;
constexpr std::uint8_t kNoShift = 0xff;

std::uint8_t window_shift(Bytes options) {
  while (options.size() >= 3 && options[0] != 0) {
    if (options[0] == 3) return options[1] == 3 ? options[2] : kNoShift;
    const std::size_t size = options[0] == 1 ? 1 : options[1];
    if (size == 0 || size > options.size() || (options[0] != 1 && size < 2)) break;
    options = options.subspan(size);
  }
  return kNoShift;
}

}  // namespace

Drop decode_tcp(const Remainder& rest, TcpSegment& segment) {
  if (rest.on_wire < kHeader) return Drop::kBadTcpHeader;
  if (!rest.holds(kHeader)) return Drop::kTruncatedTcp;
  const std::uint8_t* tcp = rest.at;
  const std::uint32_t header = (tcp[12] >> 4) * 4U;
  if (header < kHeader || header > rest.on_wire) return Drop::kBadTcpHeader;
  if (!rest.holds(header)) return Drop::kTruncatedTcp;
  segment.source_port = load_be16(tcp);
  segment.destination_port = load_be16(tcp + 2);
  segment.seq = load_be32(tcp + 4);
  segment.ack = load_be32(tcp + 8);
  segment.flags = tcp[13];
  segment.window = load_be16(tcp + 14);
  segment.window_shift =
      segment.has(tcp_flag::kSyn) ? window_shift(Bytes(tcp + kHeader, header - kHeader)) : kNoShift;
  segment.tcp = Bytes(tcp, rest.captured);
  segment.payload = Bytes(tcp + header, rest.captured - header);
  segment.payload_cut = rest.on_wire - rest.captured;
  return Drop::kNone;
}

}  // namespace mailtap
