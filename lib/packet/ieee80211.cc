// SPDX-License-Identifier: Apache-2.0
// IEEE 802.11-2020 9.2: frame control u8 (version, type, subtype) and flags u8, duration u16, addresses 3 x
// 6, sequence and fragment number u16 (little-endian), [address 4, where both DS flags are set,] [QoS control
// u16,] [HT control u32]; then LLC. Radiotap in front of it: version u8 (0), pad u8, length u16, presence
// words u32 (bit 31: another follows), fields, all little-endian; of the fields the TSFT (8, bit 0, aligned)
// stands before the flags u8 (bit 1): 0x10 a check sequence follows the frame, 0x20 the header is padded to
// four, 0x40 the check sequence was wrong.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 24, kAddress = 6, kQos = 2, kHtControl = 4, kCheckSequence = 4;
constexpr std::uint32_t kRadiotapHeader = 8;
constexpr std::uint8_t kBothSystems = 0x03, kMoreFragments = 0x04, kProtected = 0x40, kOrder = 0x80;
constexpr std::uint8_t kHasCheck = 0x10, kPadded = 0x20, kBadCheck = 0x40;

std::uint32_t load_le32(const std::uint8_t* at) { return __builtin_bswap32(load_be32(at)); }

// The flags of a radiotap header of `size` bytes that are there; 0 without any.
std::uint8_t flags_of(const std::uint8_t* at, std::uint32_t size) {
  const std::uint32_t present = load_le32(at + 4);
  std::uint32_t field = kRadiotapHeader;
  for (std::uint32_t word = present; (word >> 31) != 0; field += 4) {
    if (field + 4 > size) return 0;
    word = load_le32(at + field);
  }
  if ((present & 2) == 0) return 0;
  if ((present & 1) != 0) field = ((field + 7) & ~7U) + 8;
  return field < size ? at[field] : 0;
}

Step decode_data(Remainder& rest, bool padded) {
  if (!rest.holds(kHeader)) return Drop::kTruncatedLink;
  const std::uint8_t* at = rest.at;
  const std::uint8_t flags = at[1];
  if ((at[0] & 0x0f) != 0x08 || (at[0] & 0x40) != 0) return Drop::kNotIp;  // no data frame, or without data
  if ((flags & kProtected) != 0) return Drop::kProtectedLink;
  if ((flags & kMoreFragments) != 0 || (at[22] & 0x0f) != 0) return Drop::kSplitLink;
  const bool qos = (at[0] & 0x80) != 0;
  const std::uint32_t qos_at = kHeader + ((flags & kBothSystems) == kBothSystems ? kAddress : 0);
  std::uint32_t size = qos_at + (qos ? kQos + ((flags & kOrder) != 0 ? kHtControl : 0) : 0);
  if (padded) size = (size + 3) & ~3U;
  if (!rest.holds(size)) return Drop::kTruncatedLink;
  if (qos && (at[qos_at] & 0x80) != 0) return Drop::kSplitLink;  // several packets in one (A-MSDU)
  rest.skip(size);
  return Layer::kLlc;
}

}  // namespace

Step decode_ieee80211(Remainder& rest) { return decode_data(rest, false); }

Step decode_radiotap(Remainder& rest) {
  if (!rest.holds(kRadiotapHeader)) return Drop::kTruncatedLink;
  const std::uint32_t size = rest.at[2] | std::uint32_t{rest.at[3]} << 8;
  if (rest.at[0] != 0 || size < kRadiotapHeader || size > rest.on_wire) return Drop::kBadLink;
  if (!rest.holds(size)) return Drop::kTruncatedLink;
  const std::uint8_t flags = flags_of(rest.at, size);
  if ((flags & kBadCheck) != 0) return Drop::kBadLink;
  rest.skip(size);
  if ((flags & kHasCheck) != 0 && rest.on_wire >= kCheckSequence) rest.cut_to(rest.on_wire - kCheckSequence);
  return decode_data(rest, (flags & kPadded) != 0);
}

}  // namespace mailtap
