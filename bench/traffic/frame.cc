// SPDX-License-Identifier: Apache-2.0
#include "frame.h"

#include <algorithm>
#include <cstring>

#include "checksum.h"

namespace mailtap::traffic {
namespace {

constexpr std::size_t kIpv4Head = 20;
constexpr std::size_t kIpv6Head = 40;
constexpr std::size_t kTcpHead = 20;
constexpr std::size_t kTimestamps = 12;  // two NOPs and ten bytes of option
constexpr std::uint8_t kProtocolTcp = 6;
constexpr std::uint16_t kWindow = 0xfaf0;

// Writes big-endian fields one behind the other.
class Pen {
 public:
  explicit Pen(std::uint8_t* at) : at_(at) {}
  void u8(std::uint8_t value) { *at_++ = value; }
  void u16(std::uint32_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xffffU);
  }
  void bytes(const std::uint8_t* data, std::size_t size) {
    std::copy_n(data, size, at_);
    at_ += size;
  }
  std::uint8_t* at() const { return at_; }

 private:
  std::uint8_t* at_;
};

void store(std::uint8_t* at, std::uint16_t raw) { std::memcpy(at, &raw, sizeof raw); }

// A locally administered address made of the host's own, as if each host sat on the segment.
void write_mac(Pen& pen, const Address& ip) {
  const std::size_t tail = ip.v6 ? 12 : 0;
  pen.u16(ip.v6 ? 0x0206U : 0x0204U);
  pen.bytes(ip.bytes.data() + tail, 4);
}

void write_ethernet(Pen& pen, const Ends& ends, Side from) {
  write_mac(pen, ends.ip[index(other(from))]);
  write_mac(pen, ends.ip[index(from)]);
  if (ends.vlan != 0) {
    pen.u16(0x8100);
    pen.u16(ends.vlan);
  }
  pen.u16(ends.ip[0].v6 ? 0x86dd : 0x0800);
}

void write_ipv4(Pen& pen, const Ends& ends, const Segment& segment, std::size_t tcp_size) {
  std::uint8_t* head = pen.at();
  pen.u16(0x4500);
  pen.u16(static_cast<std::uint32_t>(kIpv4Head + tcp_size));
  pen.u16(segment.ip_id);
  pen.u16(0x4000);  // do not fragment
  pen.u8(segment.from == Side::kClient ? 64 : 57);
  pen.u8(kProtocolTcp);
  pen.u16(0);
  pen.bytes(ends.ip[index(segment.from)].bytes.data(), 4);
  pen.bytes(ends.ip[index(other(segment.from))].bytes.data(), 4);
  store(head + 10, static_cast<std::uint16_t>(~fold(add_to_sum(0, head, kIpv4Head))));
}

void write_ipv6(Pen& pen, const Ends& ends, const Segment& segment, std::size_t tcp_size) {
  pen.u32(0x60000000);
  pen.u16(static_cast<std::uint32_t>(tcp_size));
  pen.u8(kProtocolTcp);
  pen.u8(segment.from == Side::kClient ? 64 : 57);
  pen.bytes(ends.ip[index(segment.from)].bytes.data(), 16);
  pen.bytes(ends.ip[index(other(segment.from))].bytes.data(), 16);
}

std::size_t option_size(const Ends& ends, std::uint8_t flags) {
  const std::size_t stamps = ends.timestamps ? kTimestamps : 0;
  return (flags & kSyn) != 0 ? 8 + stamps : stamps;
}

void write_options(Pen& pen, const Ends& ends, const Segment& segment) {
  if ((segment.flags & kSyn) != 0) {
    pen.u16(0x0204);  // maximum segment size: the MTU without the bare headers
    pen.u16(static_cast<std::uint32_t>(kMtu - kTcpHead - (ends.ip[0].v6 ? kIpv6Head : kIpv4Head)));
    pen.u32(0x01030307);  // NOP, window scale 7
  }
  if (!ends.timestamps) return;
  pen.u32(0x0101080a);
  pen.u32(segment.time_value);
  pen.u32(segment.time_echo);
}

std::uint64_t pseudo_header(const Ends& ends, std::size_t tcp_size) {
  const std::size_t size = ends.ip[0].v6 ? 16 : 4;
  std::uint64_t sum = add_to_sum(0, ends.ip[0].bytes.data(), size);
  sum = add_to_sum(sum, ends.ip[1].bytes.data(), size);
  const std::uint8_t rest[4] = {static_cast<std::uint8_t>(tcp_size >> 8), static_cast<std::uint8_t>(tcp_size),
                                0, kProtocolTcp};
  return add_to_sum(sum, rest, sizeof rest);
}

}  // namespace

std::size_t payload_max(const Ends& ends) {
  return kMtu - kTcpHead - (ends.ip[0].v6 ? kIpv6Head : kIpv4Head) - (ends.timestamps ? kTimestamps : 0);
}

std::size_t build_frame(const Ends& ends, const Segment& segment, std::uint8_t* out) {
  const std::size_t options = option_size(ends, segment.flags);
  const std::size_t tcp_size = kTcpHead + options + segment.payload_size;
  Pen pen(out);
  write_ethernet(pen, ends, segment.from);
  if (ends.ip[0].v6)
    write_ipv6(pen, ends, segment, tcp_size);
  else
    write_ipv4(pen, ends, segment, tcp_size);
  std::uint8_t* tcp = pen.at();
  pen.u16(ends.port[index(segment.from)]);
  pen.u16(ends.port[index(other(segment.from))]);
  pen.u32(segment.seq);
  pen.u32((segment.flags & kAck) != 0 ? segment.ack : 0);
  pen.u8(static_cast<std::uint8_t>((kTcpHead + options) / 4 << 4));
  pen.u8(segment.flags);
  pen.u16(kWindow);
  pen.u32(0);  // checksum, urgent pointer
  write_options(pen, ends, segment);
  pen.bytes(segment.payload, segment.payload_size);
  const std::uint64_t pseudo = pseudo_header(ends, tcp_size);
  const bool bare = ends.sums[index(segment.from)] == SumMode::kPseudoHeader;
  store(tcp + 16, bare ? fold(pseudo) : static_cast<std::uint16_t>(~fold(add_to_sum(pseudo, tcp, tcp_size))));
  return static_cast<std::size_t>(pen.at() - out);
}

}  // namespace mailtap::traffic
