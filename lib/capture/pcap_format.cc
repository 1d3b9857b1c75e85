// SPDX-License-Identifier: Apache-2.0
// File: magic u32, major u16, minor u16, zone u32, accuracy u32, snaplen u32, link type u32 (its low 26 bits;
// where bit 26 is set, the four highest are the 16-bit words of check sequence behind each frame), then
// records: seconds u32, fraction u32, captured length u32, length on the wire u32, bytes. The magic tells the
// byte order and the fraction's unit; in Kuznetzov's variant eight more bytes stand before a record's bytes.
#include "capture/pcap_format.h"

#include <string>
#include <string_view>

#include "capture/file_order.h"
#include "capture/link_types.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kMicroMagic = 0xa1b2c3d4;
constexpr std::uint32_t kNanoMagic = 0xa1b23c4d;
constexpr std::uint32_t kKuznetzovMagic = 0xa1b2cd34;
constexpr std::uint8_t kKuznetzovHeader = 24;
constexpr std::uint32_t kZstdMagic = 0xfd2fb528;
constexpr std::uint32_t kLz4Magic = 0x184d2204;
constexpr std::uint32_t kXzMagic = 0x587a37fd;
constexpr std::string_view kSnoopMagic = "snoop";
constexpr std::uint32_t kLinkMask = 0x03ff'ffff;
constexpr std::uint32_t kFcsIsSaid = 0x0400'0000;
constexpr unsigned kFcsShift = 28;
constexpr std::uint16_t kMajor = 2;
constexpr std::size_t kVersionAt = 4;
constexpr std::size_t kLinkAt = 20;

std::uint32_t load32(Bytes bytes, std::size_t at, bool swapped) {
  return load_file_order<std::uint32_t>(bytes.data() + at, swapped);
}

Failure fault(std::size_t offset, const std::string& why) {
  return Failure{"offset " + std::to_string(offset) + ": " + why};
}

Failure wrong_magic(Bytes bytes) {
  const std::uint32_t magic = load32(bytes, 0, false);
  if (magic == kZstdMagic) return fault(0, "zstd is not read, only gzip");
  if (magic == kLz4Magic) return fault(0, "lz4 is not read, only gzip");
  if (magic == kXzMagic) return fault(0, "xz is not read, only gzip");
  if (as_text(bytes).starts_with(kSnoopMagic)) return fault(0, "snoop is not read, only pcap and pcapng");
  return fault(0, "not a capture file (wrong magic)");
}

bool is_magic(std::uint32_t magic) {
  return magic == kMicroMagic || magic == kNanoMagic || magic == kKuznetzovMagic;
}

bool set_order_and_unit(std::uint32_t magic, PcapFormat& format) {
  format.swapped = is_magic(__builtin_bswap32(magic));
  const std::uint32_t ours = format.swapped ? __builtin_bswap32(magic) : magic;
  format.tick_ns = ours == kNanoMagic ? 1 : 1000;
  if (ours == kKuznetzovMagic) format.record_header = kKuznetzovHeader;
  return is_magic(ours);
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
  const std::uint32_t link = load32(bytes, kLinkAt, format.swapped);
  format.link = link_type_of(link & kLinkMask);
  if (format.link == LinkType::kUnknown)
    return fault(kLinkAt, "unknown link type " + describe_link(link & kLinkMask));
  if ((link & kFcsIsSaid) != 0) format.fcs_bytes = static_cast<std::uint8_t>((link >> kFcsShift) * 2);
  return format;
}

}  // namespace mailtap
