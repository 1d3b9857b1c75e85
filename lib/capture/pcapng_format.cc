// SPDX-License-Identifier: Apache-2.0
// A block: type u32, total length u32, body, total length u32; a multiple of four bytes. Bodies:
//   section header 0x0a0d0d0a  order magic u32, major u16, minor u16, section length u64, options
//   interface 1                link type u16, reserved u16, snaplen u32, options
//   packet 2 (obsolete)        interface u16, drops u16, ticks u32 high, u32 low, captured u32, on wire u32,
//   bytes simple packet 3            on wire u32, bytes enhanced packet 6          interface u32, ticks u32
//   high, u32 low, captured u32, on wire u32, bytes, options
// An option: code u16, length u16, value, filled up to a multiple of four; code 0 ends them.
#include "capture/pcapng_format.h"

#include <algorithm>
#include <utility>

#include "capture/link_types.h"
#include "capture/pcap_format.h"

namespace mailtap {
namespace {

__extension__ typedef unsigned __int128 Wide;
__extension__ typedef __int128 SignedWide;

constexpr std::uint32_t kSectionType = 0x0a0d0d0a;  // reads the same in both orders
constexpr std::uint32_t kInterfaceType = 1;
constexpr std::uint32_t kObsoletePacketType = 2;
constexpr std::uint32_t kSimplePacketType = 3;
constexpr std::uint32_t kEnhancedPacketType = 6;
constexpr std::uint32_t kOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kMajor = 1;

constexpr std::uint32_t kSectionMin = 28;
constexpr std::uint32_t kInterfaceMin = 20;
constexpr std::uint32_t kPacketMin = 32;  // enhanced and obsolete
constexpr std::uint32_t kSimpleMin = 16;
constexpr std::uint32_t kPacketDataAt = 28;
constexpr std::uint32_t kSimpleDataAt = 12;

constexpr std::uint16_t kEndOption = 0;
constexpr std::uint16_t kResolutionOption = 9;   // if_tsresol: n of 10^-n s, or with the highest bit of 2^-n
constexpr std::uint16_t kFcsOption = 13;         // if_fcslen, bits
constexpr std::uint16_t kTimeOffsetOption = 14;  // if_tsoffset, seconds

std::uint64_t power_of_10(unsigned n) {
  std::uint64_t power = 1;
  while (n-- > 0) power *= 10;
  return power;
}

// 10^19 is the last power that fits; of a finer unit no tick reaches a nanosecond.
void set_resolution(std::uint8_t said, PcapngInterface& interface) {
  const unsigned n = said & 0x7fU;
  constexpr unsigned kNano = 9, kFinest = 19;
  if ((said & 0x80U) != 0) {
    interface.shift = static_cast<std::uint8_t>(n);
    interface.multiplier = std::uint64_t{kSecondNs};
    interface.divisor = 1;
    return;
  }
  interface.shift = 0;
  interface.multiplier = n <= kNano ? power_of_10(kNano - n) : n - kNano <= kFinest ? 1 : 0;
  interface.divisor = n <= kNano || n - kNano > kFinest ? 1 : power_of_10(n - kNano);
}

void set_time(const PcapngInterface& interface, std::uint64_t ticks, PcapngPacket& packet) {
  Wide ns = Wide{ticks} * interface.multiplier >> interface.shift;
  if (interface.divisor != 1) ns /= interface.divisor;
  const SignedWide time = static_cast<SignedWide>(ns) + SignedWide{interface.offset_s} * kSecondNs;
  packet.held = time < 0 || time > kCaptureTimeMax;
  packet.time = time < 0 ? 0 : packet.held ? kCaptureTimeMax : static_cast<TimeNs>(time);
}

std::uint32_t filled_up(std::uint32_t size) { return (size + 3) & ~3U; }

}  // namespace

bool starts_pcapng(Bytes bytes) {
  std::uint32_t type = 0;
  std::memcpy(&type, bytes.data(), sizeof type);
  return type == kSectionType;
}

PcapngWalk::Find PcapngWalk::damaged(std::string why) {
  damage_ = std::move(why);
  return Find::kDamage;
}

void PcapngWalk::start_over() {
  swapped_ = false;
  size_ = 0;
  described_ = 0;
  interfaces_.clear();
  damage_.clear();
}

PcapngWalk::Find PcapngWalk::find(Bytes bytes) {
  size_ = 0;
  if (bytes.size() < kPcapngBlockMin) return Find::kNeedsBytes;
  const std::uint32_t type = load<std::uint32_t>(bytes.data());
  if (type == kSectionType) return start_section(bytes);
  size_ = load<std::uint32_t>(bytes.data() + 4);
  if (size_ < kPcapngBlockMin || size_ % 4 != 0) return damaged("block length " + std::to_string(size_));
  switch (type) {
    case kEnhancedPacketType: return read_enhanced(bytes);
    case kInterfaceType: return add_interface(bytes);
    case kSimplePacketType: return read_simple(bytes);
    case kObsoletePacketType: return read_obsolete(bytes);
    default: return Find::kPass;
  }
}

// Its byte order is its own, and so is that of its length.
PcapngWalk::Find PcapngWalk::start_section(Bytes bytes) {
  swapped_ = false;
  const std::uint32_t magic = load<std::uint32_t>(bytes.data() + 8);
  swapped_ = __builtin_bswap32(magic) == kOrderMagic;
  if (!swapped_ && magic != kOrderMagic) return damaged("section without a byte order");
  const std::uint32_t size = load<std::uint32_t>(bytes.data() + 4);
  if (size < kSectionMin || size % 4 != 0) return damaged("block length " + std::to_string(size));
  size_ = size;
  if (bytes.size() < kSectionMin) return Find::kNeedsBytes;
  const std::uint16_t major = load<std::uint16_t>(bytes.data() + 12);
  if (major != kMajor) return damaged("unknown pcapng version " + std::to_string(major));
  interfaces_.clear();
  described_ = 0;
  return Find::kPass;
}

// kPass: the block is all there.
PcapngWalk::Find PcapngWalk::whole(Bytes bytes, std::uint32_t at_least) {
  if (size_ < at_least)
    return damaged("block length " + std::to_string(size_) + " is too short for its type");
  if (size_ > kPcapngBlockMax)
    return damaged("block length " + std::to_string(size_) + " exceeds " + std::to_string(kPcapngBlockMax));
  if (bytes.size() < size_) return Find::kNeedsBytes;
  return ends_here(bytes.data() + size_ - kPcapngBlockTrailer) ? Find::kPass : Find::kDamage;
}

bool PcapngWalk::ends_here(const std::uint8_t* trailer) {
  const std::uint32_t said = load<std::uint32_t>(trailer);
  if (said != size_)
    damaged("block length " + std::to_string(size_) + ", but " + std::to_string(said) + " at its end");
  return said == size_;
}

PcapngWalk::Find PcapngWalk::add_interface(Bytes bytes) {
  const Find find = whole(bytes, kInterfaceMin);
  if (find != Find::kPass) return find;
  ++described_;
  if (interfaces_.size() == kPcapngInterfacesMax) return Find::kPass;
  PcapngInterface interface;
  interface.link = link_type_of(load<std::uint16_t>(bytes.data() + 8));
  interface.snaplen = load<std::uint32_t>(bytes.data() + 12);
  Bytes options = bytes.subspan(16, size_ - 16 - kPcapngBlockTrailer);
  while (options.size() >= 4) {
    const std::uint16_t code = load<std::uint16_t>(options.data());
    const std::uint32_t length = load<std::uint16_t>(options.data() + 2);
    if (code == kEndOption || filled_up(length) > options.size() - 4) break;
    read_option(code, options.subspan(4, length), interface);
    options = options.subspan(4 + filled_up(length));
  }
  interfaces_.push_back(interface);
  return Find::kPass;
}

void PcapngWalk::read_option(std::uint16_t code, Bytes value, PcapngInterface& interface) const {
  if (code == kResolutionOption && value.size() == 1) set_resolution(value[0], interface);
  if (code == kTimeOffsetOption && value.size() == 8)
    interface.offset_s = static_cast<std::int64_t>(load<std::uint64_t>(value.data()));
  if (code == kFcsOption && value.size() == 1) interface.fcs_bytes = value[0] / 8;
}

PcapngWalk::Find PcapngWalk::read_enhanced(Bytes bytes) {
  const Find find = whole(bytes, kPacketMin);
  if (find != Find::kPass) return find;
  return take_timed(bytes.data() + 12, load<std::uint32_t>(bytes.data() + 8), size_ - kPacketMin);
}

PcapngWalk::Find PcapngWalk::read_obsolete(Bytes bytes) {
  const Find find = whole(bytes, kPacketMin);
  if (find != Find::kPass) return find;
  return take_timed(bytes.data() + 12, load<std::uint16_t>(bytes.data() + 8), size_ - kPacketMin);
}

// Ticks, captured length and length on the wire stand alike in both kinds. Of an interface beyond those that
// are known the unit is not known either: it is taken for the usual one.
PcapngWalk::Find PcapngWalk::take_timed(const std::uint8_t* from_time, std::uint32_t interface,
                                        std::uint32_t room) {
  packet_ = {};
  packet_.timed = true;
  packet_.data_at = kPacketDataAt;
  packet_.captured = load<std::uint32_t>(from_time + 8);
  packet_.on_wire = load<std::uint32_t>(from_time + 12);
  const std::uint64_t ticks =
      std::uint64_t{load<std::uint32_t>(from_time)} << 32 | load<std::uint32_t>(from_time + 4);
  set_time(interface < interfaces_.size() ? interfaces_[interface] : PcapngInterface{}, ticks, packet_);
  return take_packet(interface, room);
}

// It is of the section's first interface, and as long as the block and the snaplen leave it.
PcapngWalk::Find PcapngWalk::read_simple(Bytes bytes) {
  const Find find = whole(bytes, kSimpleMin);
  if (find != Find::kPass) return find;
  const std::uint32_t room = size_ - kSimpleMin;
  packet_ = {};
  packet_.data_at = kSimpleDataAt;
  packet_.on_wire = load<std::uint32_t>(bytes.data() + 8);
  packet_.captured = std::min(packet_.on_wire, room);
  if (!interfaces_.empty() && interfaces_[0].snaplen != 0)
    packet_.captured = std::min(packet_.captured, interfaces_[0].snaplen);
  return take_packet(0, room);
}

// The block is sound whichever interface it names: of one that is not described it is handed on as what
// nobody can read. Its time, in a unit that nobody knows, could hold all that follow.
PcapngWalk::Find PcapngWalk::take_packet(std::uint32_t interface, std::uint32_t room) {
  if (packet_.captured > kPcapRecordMax)
    return damaged("packet length " + std::to_string(packet_.captured) + " exceeds " +
                   std::to_string(kPcapRecordMax));
  if (packet_.captured > room)
    return damaged("packet of " + std::to_string(packet_.captured) + " bytes in a block of " +
                   std::to_string(size_));
  packet_.interface = interface;
  packet_.stray = interface >= described_;
  if (packet_.stray) packet_.timed = packet_.held = false;
  if (interface < interfaces_.size()) {
    packet_.link = interfaces_[interface].link;
    packet_.fcs_bytes = interfaces_[interface].fcs_bytes;
  }
  return Find::kPacket;
}

}  // namespace mailtap
