// SPDX-License-Identifier: Apache-2.0
// Is this SMTP, and who speaks? Judged by the first bytes that one side of a flow sent, on any port, in
// mid-stream too. RFC 5321 4.1, 4.2. No state, no allocation; any thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace mailtap::smtp {

enum class Guess : std::uint8_t {
  kNo,
  kMaybe,       // more bytes are needed
  kSmtpClient,  // EHLO, HELO, LHLO, MAIL FROM:, RCPT TO:
  kSmtpServer   // a greeting that says SMTP or LMTP, or a reply to EHLO
};

// How many bytes are looked at; a side that sent as many is never kMaybe.
inline constexpr std::size_t kGuessBytesMax = 512;

Guess guess_role(Bytes first);

// With it a TLS record begins (RFC 8446 5.1).
constexpr bool is_tls_byte(std::uint8_t byte) { return byte >= 0x14 && byte <= 0x17; }

}  // namespace mailtap::smtp
