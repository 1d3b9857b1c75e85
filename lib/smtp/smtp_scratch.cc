// SPDX-License-Identifier: Apache-2.0
#include "smtp/smtp_scratch.h"

#include <algorithm>

#include "crypt/wipe.h"
#include "smtp/envelope.h"

namespace mailtap::smtp {

SmtpScratch::SmtpScratch(const SmtpSettings& settings)
    : client_line(std::max(settings.auth_line_max, settings.command_line_max) + 1),
      undecided(settings.undecided_bytes_max),
      server_line(settings.reply_line_max + 1),
      reply(settings.reply_text_max),
      argument(settings.command_line_max),
      transaction(settings.transaction_text_max + Envelope::kReplySlot),
      session(settings.session_text_max),
      recipients(settings.recipients_max),
      capabilities(settings.capabilities_max) {}

SmtpScratch::~SmtpScratch() {
  wipe(client_line);
  wipe(undecided);
}

}  // namespace mailtap::smtp
