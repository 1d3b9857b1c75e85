// SPDX-License-Identifier: Apache-2.0
// The classic capture file (draft-ietf-opsawg-pcap): what its header says and how a record's header is read.
// Pure functions over bytes that the caller has; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "packet/frame.h"

namespace mailtap {

inline constexpr std::size_t kPcapFileHeader = 24;
inline constexpr std::size_t kPcapRecordHeader = 16;
inline constexpr std::uint32_t kPcapRecordMax = 256 * 1024;  // bytes of a frame, as libpcap has it

struct PcapFormat {
  LinkType link = LinkType::kUnknown;
  bool swapped = false;             // the writer's byte order is not ours
  std::uint8_t fcs_bytes = 0;       // of a frame's end, that are its check sequence
  std::uint8_t record_header = 16;  // bytes; 24 in Kuznetzov's variant
  std::uint32_t tick_ns = 1000;     // unit of the fraction: micro- or nanoseconds
};

struct PcapRecord {
  TimeNs time = 0;
  std::uint32_t captured = 0;
  std::uint32_t on_wire = 0;
};

// The first bytes of a file, kPcapFileHeader of them or as many as it has. The reason is
// "offset N: why", without the file's name; it names what the bytes are where that is known (zstd, snoop).
Result<PcapFormat> read_pcap_header(Bytes bytes);

// kPcapRecordHeader bytes at `at`. A fraction of a second or more is held at the last tick before it.
inline PcapRecord read_pcap_record(const PcapFormat& format, const std::uint8_t* at) {
  std::uint32_t word[4];
  std::memcpy(word, at, sizeof word);
  if (format.swapped)
    for (auto& w : word) w = __builtin_bswap32(w);
  const std::uint32_t ticks = 1'000'000'000U / format.tick_ns;
  const std::uint32_t fraction = word[1] < ticks ? word[1] : ticks - 1;
  return {word[0] * kSecondNs + TimeNs{fraction} * format.tick_ns, word[2], word[3]};
}

}  // namespace mailtap
