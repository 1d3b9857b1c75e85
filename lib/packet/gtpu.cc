// SPDX-License-Identifier: Apache-2.0
// GTP-U version 1 (3GPP TS 29.281 5.1): version (3 bits: 1), protocol type (1 bit: 1), spare, flags E, S, PN
// (0x04, 0x02, 0x01); message type u8 (255: a packet of a user), length u16 of what follows the first 8
// bytes, tunnel endpoint id u32. With any of the flags: sequence u16, N-PDU number u8, next extension u8;
// with E extensions follow: length u8 in words of 4, content, next extension u8 (0: none).
#include "base/bytes.h"
#include "packet/tunnel_steps.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader = 8, kOptional = 4, kExtensionUnit = 4;
constexpr unsigned kExtensionsOfGtpMax = 8;
constexpr unsigned kVersionAndType = 0xf0, kVersion1 = 0x30;
constexpr unsigned kAnyFlag = 0x07, kExtensionFlag = 0x04;
constexpr std::uint8_t kUserPacket = 255;

Drop skip_extensions(Remainder& rest, std::uint8_t next) {
  for (unsigned n = 0; next != 0; ++n) {
    if (const Drop drop = lacks(rest, kExtensionUnit); drop != Drop::kNone) return drop;
    const std::uint32_t size = rest.at[0] * kExtensionUnit;
    if (size == 0 || n == kExtensionsOfGtpMax) return Drop::kBadTunnel;
    if (const Drop drop = lacks(rest, size); drop != Drop::kNone) return drop;
    next = rest.at[size - 1];
    rest.skip(size);
  }
  return Drop::kNone;
}

Drop skip_options(Remainder& rest, unsigned flags) {
  if ((flags & kAnyFlag) == 0) return Drop::kNone;
  if (const Drop drop = lacks(rest, kOptional); drop != Drop::kNone) return drop;
  const std::uint8_t next = (flags & kExtensionFlag) != 0 ? rest.at[kOptional - 1] : 0;
  rest.skip(kOptional);
  return skip_extensions(rest, next);
}

Step follow(const Remainder& rest) {
  if (const Drop drop = lacks(rest, 1); drop != Drop::kNone) return drop;
  const unsigned version = rest.at[0] >> 4;
  return version == 4 || version == 6 ? decode_ip(rest) : Drop::kNotIp;
}

}  // namespace

Step decode_gtpu(Walk& walk) {
  Remainder& rest = walk.rest;
  if (const Drop drop = lacks(rest, kHeader); drop != Drop::kNone) return drop;
  const unsigned flags = rest.at[0];
  if ((flags & kVersionAndType) != kVersion1 || rest.at[1] != kUserPacket) return Drop::kNotTcp;
  const std::uint32_t size = load_be16(rest.at + 2);
  const std::uint32_t id = load_be32(rest.at + 4);
  if (size > rest.on_wire - kHeader) return Drop::kBadTunnel;
  rest.skip(kHeader);
  rest.cut_to(size);
  if (const Drop drop = skip_options(rest, flags); drop != Drop::kNone) return drop;
  return open_tunnel(walk, TunnelKind::kGtpU, id, follow(rest));
}

}  // namespace mailtap
