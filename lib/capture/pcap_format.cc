// SPDX-License-Identifier: Apache-2.0
// File: magic u32, major u16, minor u16, zone u32, accuracy u32, snaplen u32, link type u32 (its low 26
// bits), then records: seconds u32, fraction u32, captured length u32, length on the wire u32, bytes. The
// magic tells the byte order and the fraction's unit.
#include "capture/pcap_format.h"

#include <algorithm>
#include <array>
#include <string>

namespace mailtap {
namespace {

constexpr std::uint32_t kMicroMagic = 0xa1b2c3d4;
constexpr std::uint32_t kNanoMagic = 0xa1b23c4d;
constexpr std::uint32_t kPcapngMagic = 0x0a0d0d0a;  // reads the same in both orders
constexpr std::uint32_t kZstdMagic = 0xfd2fb528;
constexpr std::uint32_t kLinkMask = 0x03ff'ffff;
constexpr std::uint16_t kMajor = 2;
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kLinkAt = 20;

struct LinkName {
  std::uint32_t number;
  std::string_view name;
};
constexpr std::array<LinkName, 9> kLinkNames = {{{0, "NULL"},
                                                 {9, "PPP"},
                                                 {105, "IEEE802_11"},
                                                 {108, "LOOP"},
                                                 {113, "LINUX_SLL"},
                                                 {127, "IEEE802_11_RADIOTAP"},
                                                 {147, "USER0"},
                                                 {195, "IEEE802_15_4_WITHFCS"},
                                                 {276, "LINUX_SLL2"}}};

std::uint32_t load32(Bytes bytes, std::size_t at, bool swapped) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return swapped ? __builtin_bswap32(value) : value;
}

LinkType link_type(std::uint32_t number) {
  switch (number) {
    case 1: return LinkType::kEthernet;
    case 12:
    case 14:
    case 101:
    case 228:
    case 229: return LinkType::kRawIp;
    default: return LinkType::kUnknown;
  }
}

Failure fault(std::size_t offset, const std::string& why) {
  return Failure{"offset " + std::to_string(offset) + ": " + why};
}

Failure unknown_link(std::uint32_t number) {
  std::string reason = "unknown link type " + std::to_string(number);
  const auto known = std::find_if(kLinkNames.begin(), kLinkNames.end(),
                                  [number](const LinkName& name) { return name.number == number; });
  if (known != kLinkNames.end()) reason += " (" + std::string(known->name) + ")";
  return fault(kLinkAt, reason);
}

Failure wrong_magic(Bytes bytes) {
  const std::uint32_t magic = load32(bytes, 0, false);
  if (magic == kPcapngMagic) return fault(0, "pcapng is not read, only classic pcap");
  if (bytes[0] == 0x1f && bytes[1] == 0x8b) return fault(0, "gzip is not read, only plain pcap");
  if (magic == kZstdMagic) return fault(0, "zstd is not read, only plain pcap");
  return fault(0, "not a capture file (wrong magic)");
}

bool set_order_and_unit(std::uint32_t magic, PcapFormat& format) {
  const std::uint32_t other = __builtin_bswap32(magic);
  format.swapped = other == kMicroMagic || other == kNanoMagic;
  const std::uint32_t ours = format.swapped ? other : magic;
  format.tick_ns = ours == kNanoMagic ? 1 : 1000;
  return ours == kMicroMagic || ours == kNanoMagic;
}

}  // namespace

Result<PcapFormat> read_pcap_header(Bytes bytes) {
  if (bytes.empty()) return fault(0, "empty file");
  if (bytes.size() < 4) return fault(0, "not a capture file (too short)");
  PcapFormat format;
  if (!set_order_and_unit(load32(bytes, 0, false), format)) return wrong_magic(bytes);
  if (bytes.size() < kPcapFileHeader)
    return fault(bytes.size(), "the file header is cut by the end of the file");
  const std::uint32_t versions = load32(bytes, kVersionAt, false);
  const auto* raw = reinterpret_cast<const std::uint8_t*>(&versions);
  const unsigned major = format.swapped ? load_be16(raw) : raw[0] + raw[1] * 256U;
  if (major != kMajor) return fault(kVersionAt, "unknown pcap version " + std::to_string(major));
  const std::uint32_t link = load32(bytes, kLinkAt, format.swapped) & kLinkMask;
  format.link = link_type(link);
  if (format.link == LinkType::kUnknown) return unknown_link(link);
  return format;
}

}  // namespace mailtap
