// SPDX-License-Identifier: Apache-2.0
// ERSPAN (draft-foschiano-erspan), behind a GRE header. Type I (0x88be, no sequence number): nothing in
// between. Type II (0x88be): version 1 (4 bits), VLAN (12), class (3), how the frame was tagged (2),
// truncated (1: the mirror left out the frame's end), session (10), index u32. Type III (0x22eb): version 2,
// the same up to the session, timestamp u32, group tag u16, then a bit, the frame's type (5 bits: 0 Ethernet,
// 2 IP), hardware (6), direction (1), granularity (2), and whether 8 more bytes follow (1).
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint16_t kTypes1And2 = 0x88be;
constexpr std::uint32_t kHeader2 = 8, kHeader3 = 12, kSubheader = 8;

std::uint32_t session_of(const std::uint8_t* at) { return load_be16(at + 2) & 0x3ff; }
bool is_truncated(const std::uint8_t* at) { return (load_be16(at + 2) & 0x400) != 0; }

Step decode_type3(Walk& walk) {
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader3); drop != Drop::kNone) return drop;
  if (rest.at[0] >> 4 != 2) return Drop::kBadTunnel;
  const std::uint32_t session = session_of(rest.at);
  const bool truncated = is_truncated(rest.at);
  const unsigned words = load_be16(rest.at + 10);
  const std::uint32_t size = kHeader3 + ((words & 1) != 0 ? kSubheader : 0);
  if (const Drop drop = lacks(rest, size); drop != Drop::kNone) return drop;
  rest.skip(size);
  if (truncated) rest.forget_end();
  const unsigned type = words >> 10 & 0x1f;
  return open_tunnel(walk, TunnelKind::kErspan, session, type == 2 ? decode_ip(rest) : Layer::kEthernet);
}

}  // namespace

Step decode_erspan(Walk& walk, std::uint16_t type, bool sequenced) {
  if (type != kTypes1And2) return decode_type3(walk);
  if (!sequenced) return open_tunnel(walk, TunnelKind::kErspan, 0, Layer::kEthernet);
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader2); drop != Drop::kNone) return drop;
  if (rest.at[0] >> 4 != 1) return Drop::kBadTunnel;
  const std::uint32_t session = session_of(rest.at);
  const bool truncated = is_truncated(rest.at);
  rest.skip(kHeader2);
  if (truncated) rest.forget_end();
  return open_tunnel(walk, TunnelKind::kErspan, session, Layer::kEthernet);
}

}  // namespace mailtap
