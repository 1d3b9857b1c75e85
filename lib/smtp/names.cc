// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "smtp/dialogue_listener.h"
#include "smtp/verb.h"

namespace mailtap::smtp {

std::string_view name_of(Verb verb) {
  if (verb == Verb::kEndOfData) return ".";
  return verb == Verb::kOther ? "OTHER" : mailtap::name_of(static_cast<Pattern>(verb));
}

std::string_view name_of(Anomaly anomaly) {
  static constexpr std::array<std::string_view, static_cast<std::size_t>(Anomaly::kCount)> kNames{
      "INVALID_REPLY",
      "UNABLE_TO_MATCH_REPLY_WITH_REQUEST",
      "MAX_COMMAND_LINE_LEN_EXCEEDED",
      "MAX_REPLY_LINE_LEN_EXCEEDED",
      "INVALID_PIPELINED_SEQUENCE",
      "BDAT_CHUNK_LEN_EXCEEDED",
      "NO_SERVER_WELCOME_MESSAGE",
      "TLS_REJECTED",
      "DATA_COMMAND_REJECTED",
      "INVALID_BDAT",
      "REPLY_CODES_DIFFER",
      "RCPT_WITHOUT_MAIL",
      "NOT_SMTP",
      "STARTTLS_COMMAND_INJECTION",
      "STARTTLS_RESPONSE_INJECTION",
      "PENDING_COMMANDS_EXCEEDED",
      "TEXT_LIMIT_EXCEEDED",
      "MALFORMED_AUTH",
  };
  return anomaly < Anomaly::kCount ? kNames[static_cast<std::size_t>(anomaly)] : "";
}

}  // namespace mailtap::smtp
