// SPDX-License-Identifier: Apache-2.0
// The events of a mail session: smtp, smtp_auth, smtp_session.
#include <algorithm>
#include <charconv>

#include "crypt/base64.h"
#include "export/eve_writer.h"
#include "export/hex_text.h"

namespace mailtap {

void EveWriter::write(const TransactionRecord& record) {
  begin(record.head.time, "smtp");
  flow_members(record.head, record.flow);
  json_.member("tx_id", std::uint64_t{record.tx_id});
  json_.object("smtp");
  json_.member_if("helo", record.helo);
  if (record.has_mail) json_.member("mail_from", record.mail_from);
  recipients(record);
  json_.member_if("status", name_of(record.status));
  json_.member_if("last_reply", usernames_.cover_reply(record.last_reply));
  if (record.has_mail) {
    json_.member("size", record.size);
    json_.flag("chunking", record.chunking);
    mail_params(record.params);
  }
  json_.member("tls", name_of(record.tls));
  json_.member_if("authenticated_as", usernames_.cover(record.authenticated_as).text());
  json_.close_object();
  loss(record.flow, record.head.truncated);
  end();
}

// A list that a limit cut short says so, and how long it would be.
void EveWriter::recipients(const TransactionRecord& record) {
  const std::span<const Recipient> recipients = record.recipients;
  if (recipients.size() < record.recipients_sent) {
    json_.flag("rcpt_to_truncated", true);
    json_.member("recipients_sent", std::uint64_t{record.recipients_sent});
    json_.member("recipients_rejected", std::uint64_t{record.recipients_refused});
  }
  if (recipients.empty()) return;
  json_.array("rcpt_to");
  for (const Recipient& recipient : recipients) json_.value(recipient.address);
  json_.close_array();
  if (record.recipients_refused == 0) return;
  json_.array("rcpt_rejected");
  for (const Recipient& recipient : recipients) {
    if (recipient.refused()) json_.value(recipient.address);
  }
  json_.close_array();
}

void EveWriter::mail_params(const MailParams& params) {
  const bool any = params.has_size || params.smtputf8 || !params.body.empty() || !params.ret.empty() ||
                   !params.envid.empty() || !params.auth.empty();
  if (!any) return;
  json_.object("params");
  if (params.has_size) json_.member("size", params.size);
  json_.member_if("body", params.body);
  if (params.smtputf8) json_.flag("smtputf8", true);
  json_.member_if("ret", params.ret);
  json_.member_if("envid", params.envid);
  json_.member_if("auth", usernames_.cover_mailbox(params.auth).text());
  json_.close_object();
}

void EveWriter::write(const AuthRecord& record) {
  begin(record.head.time, "smtp_auth");
  flow_members(record.head, record.flow);
  json_.object("smtp_auth");
  json_.member("mechanism", record.mechanism);
  json_.member_if("username", usernames_.cover(record.username).text());
  json_.member_if("authzid", usernames_.cover(record.authzid).text());
  json_.member("result", name_of(record.result));
  json_.member_if("reply", usernames_.cover_reply(record.reply));
  json_.flag("cleartext", record.cleartext);
  json_.flag("initial_response", record.initial_response);
  if (record.secret_kind != SecretKind::kNone) secret(record);
  json_.close_object();
  loss(record.flow, record.head.truncated);
  end();
}

void EveWriter::secret(const AuthRecord& record) {
  json_.object("secret");
  json_.member("kind", name_of(record.secret_kind));
  json_.member("hmac", HexText(record.hmac).text());
  if (!record.sealed.empty()) {
    sealed_text_.resize(base64_encoded_size(record.sealed.size()));
    base64_encode(record.sealed, sealed_text_);
    json_.member("sealed", std::string_view(sealed_text_));
  }
  if (record.sealed_lost) json_.flag("sealed_lost", true);
  json_.close_object();
}

void EveWriter::write(const SessionRecord& record) {
  begin(record.head.time, "smtp_session");
  flow_members(record.head, record.flow);
  json_.object("smtp_session");
  time_member("start", record.start);
  time_member("end", record.end);
  // Whole microseconds, so that the number is short and the same everywhere.
  const DurationNs microseconds = (record.end - record.start) / kMicrosecondNs;
  json_.member("duration_s", static_cast<double>(microseconds) / 1e6);
  json_.member_if("banner", record.banner);
  json_.member_if("helo", record.helo);
  json_.array("capabilities");
  for (const std::string_view capability : record.capabilities) json_.value(capability);
  json_.close_array();
  commands_and_replies(record);
  json_.member("transactions", std::uint64_t{record.transactions});
  json_.member("messages", std::uint64_t{record.messages});
  json_.member("recipients", std::uint64_t{record.recipients});
  json_.member("recipients_rejected", std::uint64_t{record.recipients_rejected});
  json_.object("auth");
  json_.member("attempts", std::uint64_t{record.auth_attempts});
  json_.member("successes", std::uint64_t{record.auth_successes});
  json_.close_object();
  starttls(record);
  json_.member("client_bytes", record.client_bytes);
  json_.member("server_bytes", record.server_bytes);
  json_.member("end_reason", name_of(record.end_reason));
  json_.member_if("fingerprint", record.fingerprint);
  json_.close_object();
  loss(record.flow, record.head.truncated);
  end();
}

// Verbs of our own list and codes: their keys need no escape, but whoever fills the record may name others.
void EveWriter::commands_and_replies(const SessionRecord& record) {
  json_.object("commands");
  for (const NamedCount& command : record.commands) {
    json_.value(command.name);
    json_.value(command.count);
  }
  json_.close_object();
  json_.object("replies");
  for (const CodeCount& reply : record.replies) {
    std::array<char, 8> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), reply.code).ptr;
    json_.member(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())), reply.count);
  }
  if (record.replies_other != 0) json_.member("other", std::uint64_t{record.replies_other});
  json_.close_object();
}

void EveWriter::starttls(const SessionRecord& record) {
  json_.object("starttls");
  json_.flag("offered", record.starttls_offered);
  json_.flag("requested", record.starttls_requested);
  json_.flag("accepted", record.starttls_accepted);
  json_.flag("established", record.starttls_established);
  json_.close_object();
}

}  // namespace mailtap
