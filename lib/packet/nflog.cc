// SPDX-License-Identifier: Apache-2.0
// LINKTYPE_NFLOG: family u8, version u8 (0), resource id u16; then values: length u16 (of itself, the type
// and the value), type u16, value, padded to 4. Length and type are in the order of the host that captured;
// types are small, so the order shows. Type 9 is the packet, from its IP header on.
#include "base/bytes.h"
#include "packet/decode_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 4;
constexpr std::uint32_t kValueHeader = 4;
constexpr unsigned kPayload = 9;

unsigned swapped(unsigned value) { return (value >> 8 | value << 8) & 0xffff; }

}  // namespace

Step decode_nflog(Remainder& rest) {
  if (!rest.holds(kHeader)) return Drop::kTruncatedLink;
  if (rest.at[1] != 0) return Drop::kBadLink;
  rest.skip(kHeader);
  while (rest.on_wire >= kValueHeader) {
    if (!rest.holds(kValueHeader)) return Drop::kTruncatedLink;
    const unsigned stated_type = load_be16(rest.at + 2);
    const bool little = stated_type > 0xff;
    const unsigned type = little ? swapped(stated_type) : stated_type;
    const std::uint32_t size = little ? swapped(load_be16(rest.at)) : load_be16(rest.at);
    if (size < kValueHeader || size > rest.on_wire) return Drop::kBadLink;
    if (type == kPayload) {
      rest.cut_to(size);
      rest.skip(kValueHeader);
      return decode_ip(rest);
    }
    const std::uint32_t padded = (size + 3) & ~3U;
    if (padded > rest.on_wire) break;
    if (!rest.holds(padded)) return Drop::kTruncatedLink;
    rest.skip(padded);
  }
  return Drop::kNotIp;
}

}  // namespace mailtap
