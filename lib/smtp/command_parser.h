// SPDX-License-Identifier: Apache-2.0
// The rest of a command line, behind its verb, by hand (RFC 5321 4.1.2, 3030 2, 4954 4). Views into the line.
//   MAIL FROM:<path> [params]   RCPT TO:<path> [params]   BDAT size [LAST]   AUTH mechanism [initial
//   response]
#pragma once

#include <cstdint>
#include <string_view>

#include "smtp/dialogue_listener.h"

namespace mailtap::smtp {

std::string_view trimmed(std::string_view text);
bool starts_with_nocase(std::string_view text, std::string_view with);

// Behind "MAIL FROM:" or "RCPT TO:"; where the keyword is missing, all behind the verb. Trimmed.
std::string_view path_and_params(std::string_view behind_verb, std::string_view keyword);

// "<a@b>" with its brackets, a bracket in a quoted string does not end it; without brackets up to a space.
// `rest`: what stands behind.
std::string_view take_path(std::string_view text, std::string_view& rest);

MailParams parse_mail_params(std::string_view text);

struct Bdat {
  std::uint64_t size = 0;
  bool last = false;
  bool size_known = false;
  bool valid = false;  // size and nothing but LAST behind it
};
Bdat parse_bdat(std::string_view behind_verb);

struct AuthLine {
  std::string_view mechanism;
  std::string_view response;
  bool has_response = false;
};
AuthLine parse_auth(std::string_view behind_verb);
// True when an AUTH line of the EHLO reply's `capabilities` (joined by LF) has `mechanism`, in any case.
bool offers_mechanism(std::string_view capabilities, std::string_view mechanism);

// Behind a gap a line of a message may begin like a command: only what hardly anything else looks like.
bool is_certain_command(Verb verb, std::string_view behind_verb);

}  // namespace mailtap::smtp
