// SPDX-License-Identifier: Apache-2.0
#include "export/report.h"

namespace mailtap {

Report::Report(const ExportSettings& settings, const KeyedHash* username_key)
    : rows_(settings.report_rows),
      usernames_(settings.usernames, username_key),
      leaks_(settings.report_entries_max),
      probes_(settings.report_entries_max),
      senders_(settings.report_entries_max),
      servers_(settings.report_entries_max),
      alerts_(settings.report_entries_max) {}

void Report::take(const TransactionRecord& record) {
  const bool delivered = record.status == TransactionStatus::kDelivered;
  const std::uint64_t accepted =
      record.recipients_sent - std::min(record.recipients_refused, record.recipients_sent);
  if (delivered) {
    ++messages_;
    recipients_ += accepted;
    if (SenderEntry* sender = senders_.find_or_make(record.flow.client)) {
      ++sender->messages;
      sender->recipients += accepted;
      sender->bytes += record.size;
    }
  }
  if (delivered && record.tls == TlsMode::kNone) {
    ++all_servers_.clear_messages;
    if (ServerEntry* server = servers_.find_or_make(record.flow.server)) ++server->clear_messages;
  }
  if (record.recipients_refused == 0) return;
  if (ProbeEntry* probe = probes_.find_or_make(record.flow.client)) {
    probe->recipients_refused += record.recipients_refused;
    probe->seen.add(record.head.time);
  }
}

void Report::take(const AuthRecord& record) {
  const bool opens_account =
      record.secret_kind == SecretKind::kPassword || record.secret_kind == SecretKind::kToken;
  const bool refused = record.result == AuthResult::kFailure || record.result == AuthResult::kAborted;
  if (!record.cleartext || !opens_account || refused) return;
  LeakKey key{std::string(usernames_.cover(record.username).text()), record.flow.server, record.flow.client,
              std::string(record.mechanism)};
  if (LeakEntry* leak = leaks_.find_or_make(key)) {
    ++(record.result == AuthResult::kSuccess ? leak->accepted : leak->unanswered);
    leak->seen.add(record.head.time);
  }
}

void Report::take(const SessionRecord& record) {
  const bool encrypted = record.tls != TlsMode::kNone || record.starttls_established;
  const auto add = [&record, encrypted](ServerEntry& server) {
    ++server.sessions;
    server.tls_sessions += encrypted ? 1 : 0;
    server.clear_mail_sessions += !encrypted && record.messages != 0 ? 1 : 0;
    server.starttls_offered = server.starttls_offered || record.starttls_offered;
    server.ehlo_seen = server.ehlo_seen || record.ehlo_seen;
  };
  add(all_servers_);
  if (ServerEntry* server = servers_.find_or_make(record.flow.server)) add(*server);
}

void Report::take(const ProbeRecord& record) {
  if (ProbeEntry* probe = probes_.find_or_make(record.flow.client)) {
    ++(record.verb == ProbeVerb::kVrfy ? probe->vrfy : probe->expn);
    probe->answered += record.answered() ? 1 : 0;
    probe->seen.add(record.head.time);
  }
}

void Report::take(const Alert& alert) {
  AlertEntry* const entry =
      alerts_.find_or_make({alert.signature_id, std::string(usernames_.cover_subject(alert.subject).text())});
  if (entry == nullptr) return;
  entry->signature = alert.signature;
  entry->severity = std::min(entry->severity, alert.severity);
  entry->count = std::max(entry->count, alert.count);
  entry->told += alert.state == AlertState::kOpened ? 1 : 0;
  entry->seen.add(alert.first_seen);
  entry->seen.add(alert.last_seen);
}

}  // namespace mailtap
