// SPDX-License-Identifier: Apache-2.0
// The blocks of a pcapng file (draft-ietf-opsawg-pcapng): sections in either byte order, interfaces with a
// link type and a unit of time of their own, packets in enhanced, simple and the obsolete packet blocks. Own
// code, because libpcap 1.10 refuses a file whose interfaces differ in link type or snapshot length, or whose
// sections differ in byte order, and copies each packet. One thread, one file after the other. Memory is
// taken by the constructor, and for the text of what is damaged.
//
// Limits: kPcapngInterfacesMax interfaces a section are known by their link type, frames of a further one are
// LinkType::kUnknown. A packet or an interface takes at most kPcapngBlockMax bytes with its options; any
// other block may have any length, it is never held.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"
#include "capture/capture_settings.h"
#include "capture/file_order.h"
#include "packet/frame.h"

namespace mailtap {

inline constexpr std::size_t kPcapngInterfacesMax = 1024;
inline constexpr std::uint32_t kPcapngBlockMax = kCaptureReserveBytes;
inline constexpr std::size_t kPcapngBlockHeader = 8;   // type, total length
inline constexpr std::size_t kPcapngBlockTrailer = 4;  // total length
inline constexpr std::size_t kPcapngBlockMin = kPcapngBlockHeader + kPcapngBlockTrailer;
// Seconds of pcap: 32 bits without sign. Times of pcapng, which may be any, are held within the same span.
inline constexpr TimeNs kCaptureTimeMax = (TimeNs{1} << 32) * kSecondNs - 1;

struct PcapngInterface {
  LinkType link = LinkType::kUnknown;
  std::uint8_t fcs_bytes = 0;
  std::uint8_t shift = 0;     // a tick is 1 / 2^shift s where `multiplier` is kSecondNs, else shift is 0
  std::uint32_t snaplen = 0;  // 0: no limit
  std::uint64_t multiplier = 1000;  // ns = ticks x multiplier / divisor >> shift
  std::uint64_t divisor = 1;
  std::int64_t offset_s = 0;
};

struct PcapngPacket {
  TimeNs time = 0;
  bool timed = false;  // a simple packet has no time
  bool held = false;   // its time lay outside of 0 .. kCaptureTimeMax
  bool stray = false;  // of an interface that its section does not describe: link and time are not known
  std::uint32_t captured = 0;  // at most kPcapRecordMax
  std::uint32_t on_wire = 0;
  std::uint32_t data_at = 0;    // from the start of the block
  std::uint32_t interface = 0;  // as the file says
  LinkType link = LinkType::kUnknown;
  std::uint8_t fcs_bytes = 0;
};

// Do these four bytes or more begin a pcapng file?
bool starts_pcapng(Bytes bytes);

class PcapngWalk {
 public:
  enum class Find : std::uint8_t {
    kNeedsBytes,
    kPacket,  // packet(), in a block of size() bytes that is whole and sound
    kPass,    // size() bytes to pass over; the last four of them are judged by ends_here()
    kDamage,  // damage()
  };

  PcapngWalk() { interfaces_.reserve(kPcapngInterfacesMax); }

  // For another file.
  void start_over();

  // `bytes` begin with a block.
  Find find(Bytes bytes);

  bool ends_here(const std::uint8_t* trailer);  // false: damage()
  std::uint32_t size() const { return size_; }  // of the block that was last looked at; 0: its header is cut
  const PcapngPacket& packet() const { return packet_; }
  std::uint64_t described() const { return described_; }  // interfaces in this section
  const std::string& damage() const { return damage_; }

 private:
  template <typename Number>
  Number load(const std::uint8_t* at) const {
    return load_file_order<Number>(at, swapped_);
  }
  Find damaged(std::string why);
  Find whole(Bytes bytes, std::uint32_t at_least);
  Find start_section(Bytes bytes);
  Find add_interface(Bytes bytes);
  void read_option(std::uint16_t code, Bytes value, PcapngInterface& interface) const;
  Find read_enhanced(Bytes bytes);
  Find read_obsolete(Bytes bytes);
  Find read_simple(Bytes bytes);
  Find take_timed(const std::uint8_t* from_time, std::uint32_t interface, std::uint32_t room);
  Find take_packet(std::uint32_t interface, std::uint32_t room);

  bool swapped_ = false;
  std::uint32_t size_ = 0;
  std::uint64_t described_ = 0;  // more perhaps than are known
  std::vector<PcapngInterface> interfaces_;
  PcapngPacket packet_;
  std::string damage_;
};

}  // namespace mailtap
