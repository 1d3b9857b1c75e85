// SPDX-License-Identifier: Apache-2.0
// SessionReader's other half: what a dialogue tells, as records and host counts.
#include <algorithm>

#include "pipelines/session_reader.h"

namespace mailtap {
namespace {

constexpr std::size_t kReplyCodesMax = 64;  // more than a dialogue counts apart

// Of both rooms' enums, which may not see each other: each value is the other's, told by its number.
template <typename Theirs, typename Ours>
constexpr bool same(Theirs theirs, Ours ours) {
  return static_cast<int>(theirs) == static_cast<int>(ours);
}

static_assert(same(smtp::EndReason::kFin, EndReason::kFin));
static_assert(same(smtp::EndReason::kRst, EndReason::kRst));
static_assert(same(smtp::EndReason::kTimeout, EndReason::kTimeout));
static_assert(same(smtp::EndReason::kEvicted, EndReason::kEvicted));
static_assert(same(smtp::EndReason::kShutdown, EndReason::kShutdown));
static_assert(same(smtp::Status::kNone, TransactionStatus::kNone));
static_assert(same(smtp::Status::kDelivered, TransactionStatus::kDelivered));
static_assert(same(smtp::Status::kRejected, TransactionStatus::kRejected));
static_assert(same(smtp::Status::kAbandoned, TransactionStatus::kAbandoned));
static_assert(same(smtp::Status::kIncomplete, TransactionStatus::kIncomplete));
static_assert(same(smtp::AuthResult::kUnknown, AuthResult::kUnknown));
static_assert(same(smtp::AuthResult::kSuccess, AuthResult::kSuccess));
static_assert(same(smtp::AuthResult::kFailure, AuthResult::kFailure));
static_assert(same(smtp::AuthResult::kAborted, AuthResult::kAborted));
static_assert(same(smtp::SecretKind::kNone, SecretKind::kNone));
static_assert(same(smtp::SecretKind::kPassword, SecretKind::kPassword));
static_assert(same(smtp::SecretKind::kToken, SecretKind::kToken));
static_assert(same(smtp::SecretKind::kResponse, SecretKind::kResponse));
static_assert(same(smtp::Tls::kNone, TlsMode::kNone));
static_assert(same(smtp::Tls::kStarttls, TlsMode::kStarttls));
static_assert(same(smtp::Tls::kImplicit, TlsMode::kImplicit));

TlsMode mode_of(smtp::Tls tls) { return static_cast<TlsMode>(tls); }

MailParams params_of(const smtp::MailParams& from) {
  MailParams to;
  to.size = from.size;
  to.has_size = from.has_size;
  to.smtputf8 = from.smtputf8;
  to.body = from.body;
  to.ret = from.ret;
  to.envid = from.envid;
  to.auth = from.auth;
  return to;
}

}  // namespace

RecordHead SessionReader::next_head() {
  RecordHead head;
  head.time = now_;
  head.flow_id = session_->flow_id();
  head.sequence = session_->sequence++;
  return head;
}

FlowFacts SessionReader::facts() const {
  const Session& session = *session_;
  const unsigned client = index_of(session.client);
  const unsigned server = index_of(other(session.client));
  FlowFacts facts;
  facts.client = session.key.address[client];
  facts.server = session.key.address[server];
  facts.client_port = session.key.port[client];
  facts.server_port = session.key.port[server];
  facts.ip_version = static_cast<std::uint8_t>(session.key.tags >> 28);
  facts.vlan_count = session.vlan_count;
  facts.vlans = session.vlans;
  facts.tunnel = tunnel();
  facts.midstream = !session.client_known;
  facts.one_sided = session.stream.one_sided();
  facts.truncated_frames = session.truncated_frames;
  facts.gap_bytes = session.gap_bytes;
  return facts;
}

// Both ends of the session are hosts of their own; who did nothing that counts has no row.
void SessionReader::count(std::initializer_list<std::pair<HostColumn, std::uint64_t>> done) {
  HostCounts counts{};
  std::uint64_t any = 0;
  for (const auto& [column, n] : done) {
    counts[static_cast<std::size_t>(column)] = n;
    any |= n;
  }
  if (any == 0) return;
  const Side client = session_->client;
  hosts_.add({Role::kClient, session_->key.address[index_of(client)]}, counts, now_);
  hosts_.add({Role::kServer, session_->key.address[index_of(other(client))]}, counts, now_);
}

void SessionReader::on_transaction(const smtp::Transaction& told) {
  const StageScope scope(clock_, Stage::kEmit);
  const std::size_t n = std::min(told.recipients.size(), recipients_.size());
  for (std::size_t i = 0; i < n; ++i) recipients_[i] = {told.recipients[i].address, told.recipients[i].code};
  auto record = new_record<TransactionRecord>();
  record.tx_id = told.tx_id;
  record.status = static_cast<TransactionStatus>(told.status);
  record.tls = mode_of(told.tls);
  record.has_mail = told.has_mail;
  record.chunking = told.chunking;
  record.starttls_offered = told.starttls_offered;
  record.ehlo_seen = told.ehlo_seen;
  record.last_code = told.last_code;
  record.size = told.size;
  record.recipients_sent = told.recipients_sent;
  record.recipients_refused = told.recipients_refused;
  record.helo = told.helo;
  record.mail_from = told.mail_from;
  record.last_reply = told.last_reply;
  record.authenticated_as = told.authenticated_as;
  record.params = params_of(told.params);
  record.recipients = {recipients_.data(), n};
  sender_.send(record);
  const bool delivered = told.status == smtp::Status::kDelivered;
  count({{HostColumn::kMessages, delivered ? 1 : 0},
         {HostColumn::kRecipients, told.recipients_sent},
         {HostColumn::kRejected, told.recipients_refused},
         {HostColumn::kCleartextMessages, delivered && told.tls == smtp::Tls::kNone ? 1 : 0}});
}

void SessionReader::on_auth(const smtp::AuthExchange& told) {
  const StageScope scope(clock_, Stage::kEmit);
  auto record = new_record<AuthRecord>();
  record.result = static_cast<AuthResult>(told.result);
  record.secret_kind = static_cast<SecretKind>(told.secret_kind);
  record.tls = mode_of(told.tls);
  record.cleartext = told.cleartext;
  record.initial_response = told.initial_response;
  record.code = told.code;
  record.hmac = told.hmac;
  record.secret_alone = told.secret_alone;
  record.mechanism = told.mechanism;
  record.username = told.username;
  record.authzid = told.authzid;
  record.reply = told.reply;
  record.sealed = told.sealed;
  record.sealed_lost = told.sealed_lost;
  sender_.send(record);
  detectors_.judge(record, [this](const FindingRecord& finding) {
    FindingRecord sent = finding;
    sent.head = next_head();
    sender_.send(sent);
  });
  count({{HostColumn::kAuthAttempts, 1},
         {HostColumn::kAuthFailures, told.result == smtp::AuthResult::kFailure ? 1 : 0}});
}

void SessionReader::on_probe(const smtp::Probe& told, TimeNs) {
  const StageScope scope(clock_, Stage::kEmit);
  const bool vrfy = told.verb == smtp::Verb::kVrfy;
  auto record = new_record<ProbeRecord>();
  record.verb = vrfy ? ProbeVerb::kVrfy : ProbeVerb::kExpn;
  record.code = told.code;
  sender_.send(record);
  count({{vrfy ? HostColumn::kVrfy : HostColumn::kExpn, 1}});
}

void SessionReader::on_anomaly(smtp::Anomaly anomaly, TimeNs) { tell_anomaly(name_of(anomaly)); }

void SessionReader::tell_anomaly(std::string_view name) {
  const StageScope scope(clock_, Stage::kEmit);
  auto record = new_record<AnomalyRecord>();
  record.event = name;
  sender_.send(record);
}

void SessionReader::on_session_end(const smtp::SessionSummary& told) {
  const StageScope scope(clock_, Stage::kEmit);
  const Session& session = *session_;
  std::array<NamedCount, smtp::kVerbCounts> commands;
  const std::size_t verbs = std::min(told.commands.size(), commands.size());
  for (std::size_t i = 0; i < verbs; ++i)
    commands[i] = {name_of(told.commands[i].verb), told.commands[i].count};
  std::array<CodeCount, kReplyCodesMax> replies;
  const std::size_t codes = std::min(told.replies.size(), replies.size());
  for (std::size_t i = 0; i < codes; ++i) replies[i] = {told.replies[i].code, told.replies[i].count};
  auto record = new_record<SessionRecord>();
  record.start = session.start;
  record.end = now_;
  record.client_bytes = session.stream.bytes(session.client);
  record.server_bytes = session.stream.bytes(other(session.client));
  record.transactions = told.transactions;
  record.messages = told.messages;
  record.recipients = told.recipients;
  record.recipients_rejected = told.recipients_rejected;
  record.auth_attempts = told.auth_attempts;
  record.auth_successes = told.auth_successes;
  record.starttls_offered = told.starttls_offered;
  record.starttls_requested = told.starttls_requested;
  record.starttls_accepted = told.starttls_accepted;
  record.starttls_established = told.starttls_established;
  record.ehlo_seen = told.ehlo_seen;
  record.tls = mode_of(told.tls);
  record.end_reason = static_cast<EndReason>(told.end_reason);
  record.banner = told.banner;
  record.helo = told.helo;
  record.capabilities = told.capabilities;
  record.commands = {commands.data(), verbs};
  record.replies = {replies.data(), codes};
  record.replies_other = told.replies_other;
  record.fingerprint = told.fingerprint;
  sender_.send(record);
  count({{HostColumn::kSessions, 1},
         {HostColumn::kTlsSessions, told.tls == smtp::Tls::kNone ? 0 : 1},
         {HostColumn::kBytes, record.client_bytes + record.server_bytes}});
}

}  // namespace mailtap
