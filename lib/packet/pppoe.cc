// SPDX-License-Identifier: Apache-2.0
// PPPoE (RFC 2516 4): version and type u8 (0x11), code u8 (0: session data), session u16, length u16 of what
// follows, which is PPP.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 6;

}  // namespace

Step decode_pppoe(Walk& walk) {
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader); drop != Drop::kNone) return drop;
  if (rest.at[1] != 0) return Drop::kNotIp;
  const std::uint32_t session = load_be16(rest.at + 2);
  const std::uint32_t size = load_be16(rest.at + 4);
  if (rest.at[0] != 0x11 || size > rest.on_wire - kHeader) return Drop::kBadTunnel;
  rest.skip(kHeader);  // some concentrators count too few: the packet within tells its own end
  return open_tunnel(walk, TunnelKind::kPppoe, session, Layer::kPpp);
}

}  // namespace mailtap
