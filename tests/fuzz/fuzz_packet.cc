// SPDX-License-Identifier: Apache-2.0
// The first octet chooses link type and how much was cut off; the rest is the frame, in memory of exactly its
// size.
#include <cstddef>
#include <cstdint>
#include <memory>

#include "packet/decode.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t length = size - 1;
  const auto bytes = std::make_unique<std::uint8_t[]>(length);
  for (std::size_t i = 0; i < length; ++i) bytes[i] = data[1 + i];
  mailtap::Frame frame;
  frame.data = bytes.get();
  frame.captured = static_cast<std::uint32_t>(length);
  frame.on_wire = frame.captured + (data[0] >> 1);
  frame.link = (data[0] & 1) != 0 ? mailtap::LinkType::kRawIp : mailtap::LinkType::kEthernet;
  mailtap::TcpSegment segment;
  static mailtap::Decoder decoder{mailtap::PacketSettings{}};
  if (decoder.decode(frame, segment) != mailtap::Drop::kNone) return 0;
  const std::uint8_t* end = frame.data + frame.captured;
  if (segment.payload.data() + segment.payload.size() > end || segment.tcp.data() < frame.data)
    __builtin_trap();
  mailtap::verify_checksum(segment);
  return 0;
}
