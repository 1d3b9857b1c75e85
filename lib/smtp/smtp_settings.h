// SPDX-License-Identifier: Apache-2.0
// Settings of the smtp room: what is taken for mail, and how much of it is kept. Plain values; config/ loads
// and bounds them. All sizes in bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mailtap {

struct SmtpSettings {
  // Taken for mail by their number; 465 is TLS from the first byte (RFC 8314). 1 .. 65535 each.
  std::vector<std::uint16_t> ports{25, 587, 465, 2525};
  std::vector<std::uint16_t> implicit_tls_ports{465};
  bool detect_on_any_port = true;  // SMTP is found by what is said, on every port

  // A line is read to its limit and told when it is longer; the rest is skipped. 512 .. 65535. RFC 5321
  // 4.5.3.1 asks for 512, RFC 4954 4 for 12288 in AUTH.
  std::uint32_t command_line_max = 2048;
  std::uint32_t reply_line_max = 2048;
  std::uint32_t auth_line_max = 12288;

  std::uint32_t reply_text_max = 4096;    // all lines of one reply; 512 .. 65535
  std::uint32_t session_text_max = 4096;  // banner, HELO, capabilities, user; 512 .. 65535
  // Sender, parameters, recipients; 2048 .. 1 Mi. A recipient takes four octets besides its own: as many as
  // recipients_max fit, of 90 octets each.
  std::uint32_t transaction_text_max = 98'304;
  std::uint32_t recipients_max = 1000;  // listed; more are counted; 1 .. 65535
  std::uint32_t capabilities_max = 64;  // listed; 1 .. 1024

  // Commands without a reply yet, with their arguments; the oldest is given up as unanswered. 8 .. 65535 and
  // 2048 .. 1 Mi.
  std::uint32_t pending_commands_max = 1000;
  std::uint32_t pending_text_max = 65'536;
  // What a client sends behind DATA, AUTH and STARTTLS before the reply is seen. 512 .. 65535.
  std::uint32_t undecided_bytes_max = 4096;

  // Lines that make no sense, without one that does, until a flow is given up as not SMTP. 1 .. 1000.
  std::uint32_t invalid_lines_max = 8;
};

// Pages that hold the text of all sessions of a worker. AuthExchange's state must fit one.
inline constexpr std::size_t kSmtpTextPageSize = 1024;

}  // namespace mailtap
