// SPDX-License-Identifier: Apache-2.0
// The first octet chooses the link type and how much was cut off; the rest is the frame, in memory of exactly
// its size.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>

#include "packet/decode.h"
#include "packet/whole_datagram.h"

namespace {

constexpr unsigned kLinks = static_cast<unsigned>(mailtap::LinkType::kUnknown);

void expect_inside(const mailtap::Frame& frame, const std::uint8_t* begin, const std::uint8_t* end) {
  if (begin < frame.data || end > frame.data + frame.captured) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  mailtap::Frame frame;
  frame.link = static_cast<mailtap::LinkType>(data[0] % kLinks);
  // What is put together says itself what was around it: nothing that traffic could forge.
  const std::size_t around = frame.link == mailtap::LinkType::kWhole ? sizeof(mailtap::WholeDatagram) : 0;
  const std::size_t length = around + size - 1;
  const auto bytes = std::make_unique<std::uint8_t[]>(length);
  const mailtap::WholeDatagram none;
  if (around != 0) std::memcpy(bytes.get(), &none, around);
  for (std::size_t i = 1; i < size; ++i) bytes[around + i - 1] = data[i];
  frame.data = bytes.get();
  frame.captured = static_cast<std::uint32_t>(length);
  frame.on_wire = frame.captured + data[0] / kLinks * 8U;
  mailtap::TcpSegment segment;
  static mailtap::Decoder decoder{mailtap::PacketSettings{}};
  const mailtap::Drop drop = decoder.decode(frame, segment);
  if (drop == mailtap::Drop::kNone) {
    expect_inside(frame, segment.payload.data(), segment.payload.data() + segment.payload.size());
    expect_inside(frame, segment.tcp.data(), segment.tcp.data() + segment.tcp.size());
    mailtap::verify_checksum(segment);
  }
  const mailtap::Bytes piece = decoder.fragment().data;
  if (drop == mailtap::Drop::kFragment) expect_inside(frame, piece.data(), piece.data() + piece.size());
  return 0;
}
