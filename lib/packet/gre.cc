// SPDX-License-Identifier: Apache-2.0
// GRE (RFC 2784, 2890): flags and version u16, EtherType u16, [checksum u16 and reserved u16,] [key u32,]
// [sequence u32]. Version 1 (PPTP, RFC 2637 4.1): the key is payload length u16 and call id u16, and an
// acknowledgment u32 may follow the sequence. RFC 2784 2.3: a packet with routing is not read.
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 4, kField = 4;
constexpr unsigned kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000,
                   kAcknowledgment = 0x0080, kVersion = 0x0007;
constexpr std::uint16_t kPpp = 0x880b, kErspan = 0x88be, kErspan3 = 0x22eb;

std::uint32_t size_of(unsigned flags) {
  std::uint32_t size = kHeader;
  for (const unsigned flag : {kChecksum, kKey, kSequence}) size += (flags & flag) != 0 ? kField : 0;
  return size + ((flags & kVersion) == 1 && (flags & kAcknowledgment) != 0 ? kField : 0);
}

// An acknowledgment alone carries nothing.
Step follow_pptp(Walk& walk, std::uint32_t key) {
  if (walk.rest.on_wire == 0) return Drop::kNotTcp;
  const std::uint32_t stated = key >> 16;
  if (stated > walk.rest.on_wire) return Drop::kBadTunnel;
  walk.rest.cut_to(stated);
  const Step opened = open_tunnel(walk, TunnelKind::kGre, key & 0xffff, Layer::kPpp);
  walk.segment.tunnel.id_by_receiver = true;
  return opened;
}

}  // namespace

Step decode_gre(Walk& walk) {
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader); drop != Drop::kNone) return drop;
  const unsigned flags = load_be16(rest.at);
  const std::uint16_t type = load_be16(rest.at + 2);
  const std::uint32_t size = size_of(flags);
  const bool pptp = (flags & kVersion) == 1;
  if ((flags & kVersion) > 1 || (flags & kRouting) != 0) return Drop::kBadTunnel;
  if (pptp && (type != kPpp || (flags & kKey) == 0)) return Drop::kBadTunnel;
  if (const Drop drop = lacks(rest, size); drop != Drop::kNone) return drop;
  const std::uint32_t key_at = kHeader + ((flags & kChecksum) != 0 ? kField : 0);
  const std::uint32_t key = (flags & kKey) != 0 ? load_be32(rest.at + key_at) : 0;
  rest.skip(size);
  if (pptp) return follow_pptp(walk, key);
  if (type == kErspan || type == kErspan3) return decode_erspan(walk, type, (flags & kSequence) != 0);
  const Step opened = open_tunnel(walk, TunnelKind::kGre, key, Layer::kEthernet);
  return opened.next == Layer::kEnd ? opened : follow_ether_type(type, rest, walk.segment);
}

}  // namespace mailtap
