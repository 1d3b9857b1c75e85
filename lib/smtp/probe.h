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

// A TLS record that opens a handshake: 16 03 0x (RFC 8446 5.1).
bool looks_like_tls(Bytes first);

}  // namespace mailtap::smtp
