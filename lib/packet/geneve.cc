// SPDX-License-Identifier: Apache-2.0
// Geneve (RFC 8926 3.4): version (2 bits) and options' length in words of 4 (6 bits), flags u8 (0x80: for the
// tunnel's own use), EtherType u16, id 3, reserved u8, options. The options are crossed together: what stands
// in them, a length of 0 too, changes nothing.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 8;
constexpr unsigned kOwnUse = 0x80;

}  // namespace

Step decode_geneve(Walk& walk) {
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader); drop != Drop::kNone) return drop;
  if (rest.at[0] >> 6 != 0 || (rest.at[1] & kOwnUse) != 0) return Drop::kNotTcp;
  const std::uint32_t size = kHeader + (rest.at[0] & 0x3fU) * 4;
  const std::uint16_t type = load_be16(rest.at + 2);
  const std::uint32_t id = load_be32(rest.at + 4) >> 8;
  if (const Drop drop = lacks(rest, size); drop != Drop::kNone) return drop;
  rest.skip(size);
  const Step opened = open_tunnel(walk, TunnelKind::kGeneve, id, Layer::kEthernet);
  return opened.next == Layer::kEnd ? opened : follow_ether_type(type, rest, walk.segment);
}

}  // namespace mailtap
