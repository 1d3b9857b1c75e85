// SPDX-License-Identifier: Apache-2.0
#include "smtp/smtp_scratch.h"

#include <algorithm>

#include "crypt/base64.h"
#include "crypt/sealed_box.h"
#include "crypt/wipe.h"
#include "smtp/envelope.h"

namespace mailtap::smtp {

namespace {

std::size_t client_line_max(const SmtpSettings& settings) {
  return std::max(settings.auth_line_max, settings.command_line_max);
}

}  // namespace

SmtpScratch::SmtpScratch(const SmtpSettings& settings)
    : client_line(client_line_max(settings) + 1),
      undecided(settings.undecided_bytes_max),
      auth_decoded(base64_decoded_size_max(client_line_max(settings))),
      sealed(Sealer::sealed_size(client_line_max(settings))),
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
  wipe(auth_decoded);
  wipe(server_line);  // a reply may repeat a secret
  wipe(reply);
}

}  // namespace mailtap::smtp
