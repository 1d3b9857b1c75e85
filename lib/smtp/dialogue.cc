// SPDX-License-Identifier: Apache-2.0
// Begin, end, and what is told. See dialogue.h.
#include "smtp/dialogue.h"

#include <algorithm>

#include "smtp/dialogue_reply.h"

namespace mailtap::smtp {

Dialogue::Dialogue(const DialogueStart& start)
    : implicit_tls_(start.implicit_tls),
      midstream_(start.midstream),
      client_spoke_(false),
      server_spoke_(false),
      client_silent_(false),
      server_silent_(false),
      greeted_(start.midstream),
      valid_(false),
      client_lost_(start.midstream),
      server_lost_(start.midstream),
      evidence_missing_(start.midstream),
      lmtp_(false),
      ehlo_seen_(false),
      starttls_offered_(false),
      starttls_requested_(false),
      starttls_accepted_(false),
      starttls_established_(false),
      server_in_tls_(false),
      finished_(false) {
  if (midstream_) habits_.on_midstream();
}

void Dialogue::on_chunk(DialogueContext& context, Role role, Bytes bytes, TimeNs time) {
  context.now = time;
  if (bytes.empty() || finished_) return;
  if (role == Role::kClient) {
    read_client(context, bytes);
  } else {
    read_server(context, bytes);
  }
}

void Dialogue::on_gap(DialogueContext& context, Role role, std::uint64_t n, TimeNs time) {
  context.now = time;
  if (finished_ || !wants_bytes()) return;
  evidence_missing_ = true;
  if (role == Role::kServer) {
    habits_.on_server_gap();
    server_spoke_ = true;
    server_lost_ = true;
    greeted_ = true;
    server_.drop(context.text);
    reply_.clear(context.text);
    // Which of the waiting commands were answered in the gap is not known; the one that decides how to read
    // on keeps waiting.
    const bool decides = mode_ == Mode::kUndecided || mode_ == Mode::kAuthLine || mode_ == Mode::kAuthGuess;
    const std::uint32_t kept = decides ? 1 : 0;
    while (queue_.size() > kept) give_up_oldest(context, false);
    return;
  }
  client_spoke_ = true;
  if (mode_ != Mode::kUndecided) auth_.lose_line(context.text);
  if (mode_ == Mode::kChunk) {
    n -= bdat_.cross(n);
    if (bdat_.ended()) mode_ = Mode::kCommands;
    if (n == 0) return;
  }
  habits_.on_client_gap();
  behind_chunk_ = false;
  if (mode_ == Mode::kBody) {
    data_.on_gap();
    return;
  }
  if (mode_ == Mode::kAwaitTls) return go_to_tls(context);
  if (mode_ == Mode::kUndecided) decide_without_reply(context);  // what was held came before the gap
  auth_.lose_line(context.text);
  client_.drop(context.text);
  client_lost_ = true;
  if (mode_ != Mode::kBody) mode_ = Mode::kCommands;
}

void Dialogue::on_one_sided(DialogueContext& context, Role silent, TimeNs time) {
  context.now = time;
  if (finished_) return;
  evidence_missing_ = true;
  if (silent == Role::kClient) {
    client_silent_ = true;
  } else {
    server_silent_ = true;
    habits_.on_server_gap();
  }
  if (silent == Role::kServer && mode_ == Mode::kUndecided) decide_without_reply(context);
}

void Dialogue::on_close(DialogueContext& context, Role, TimeNs time) { context.now = time; }

void Dialogue::finish(DialogueContext& context, EndReason reason, TimeNs time) {
  if (finished_) return;
  context.now = time;
  server_silent_ = true;
  if (mode_ == Mode::kUndecided) decide_without_reply(context);
  if (client_.over_limit()) anomaly(context, Anomaly::kMaxCommandLineLenExceeded);
  if (server_.over_limit()) anomaly(context, Anomaly::kMaxReplyLineLenExceeded);
  give_up_pending(context, false);
  if (mode_ == Mode::kBody) envelope_.add_size(data_.size());
  abandon_transaction(context);
  if (client_spoke_ || server_spoke_) {
    if (transactions_ == 0 && valid_ && mode_ != Mode::kGivenUp && tls_ != Tls::kImplicit) {
      Transaction none;
      tell_transaction(context, none);
    }
    tell_session(context, reason);
  }
  client_.drop(context.text);
  server_.drop(context.text);
  reply_.clear(context.text);
  queue_.clear(context.text);
  counts_.clear(context.text);
  envelope_.clear(context.text);
  auth_.clear(context.text);
  session_text_.clear(context.text);
  finished_ = true;
}

void Dialogue::go_to_tls(DialogueContext& context) {
  context.counters.gone_to_tls.add(1);
  valid_ = true;
  mode_ = Mode::kTls;
  client_.drop(context.text);
  server_.drop(context.text);
}

void Dialogue::give_up(DialogueContext& context) {
  anomaly(context, Anomaly::kNotSmtp);
  context.counters.not_smtp.add(1);
  mode_ = Mode::kGivenUp;
  client_.drop(context.text);
  server_.drop(context.text);
}

void Dialogue::end_transaction(DialogueContext& context, Status status) {
  if (!envelope_.is_open()) return;
  Transaction told;
  envelope_.fill(context.text, context.scratch, told);
  told.status = status;
  ++transactions_;
  if (status == Status::kDelivered) note_lost(context, counts_.add(context.text, Sum::kMessages));
  tell_transaction(context, told);
  envelope_.clear(context.text);
}

// The client went on to something else, or the session is over.
void Dialogue::abandon_transaction(DialogueContext& context) {
  const bool sure = envelope_.has_mail() && envelope_.mail_code() != 0 && !evidence_missing_;
  end_transaction(context, envelope_.refused() ? Status::kRejected
                           : sure              ? Status::kAbandoned
                                               : Status::kIncomplete);
}

void Dialogue::tell_transaction(DialogueContext& context, Transaction& told) {
  const SessionText::View names = session_text_.view(context.text, context.scratch.session);
  told.tx_id = transactions_ == 0 ? 0 : transactions_ - 1;
  told.end = context.now;
  told.tls = tls_;
  told.starttls_offered = starttls_offered_;
  told.ehlo_seen = ehlo_seen_;
  told.helo = names[SessionText::Name::kHelo];
  told.authenticated_as = names[SessionText::Name::kUser];
  context.counters.transactions.add(1);
  context.listener.on_transaction(told);
}

void Dialogue::tell_auth(DialogueContext& context, AuthResult result, const Reply& reply) {
  if (!auth_.active()) return;
  AuthExchange told = auth_.told(context.text, context.scratch);
  if (told.result != AuthResult::kAborted) told.result = result;
  told.end = context.now;
  told.tls = tls_;
  told.cleartext = tls_ == Tls::kNone;
  told.code = reply.code;
  told.reply = code_and_status(reply.last);
  if (told.result == AuthResult::kSuccess) {
    note_lost(context, counts_.add(context.text, Sum::kAuthSuccesses));
    note_lost(context, session_text_.set(context.text, SessionText::Name::kUser, told.username,
                                         context.settings.session_text_max, context.scratch.session));
  }
  context.counters.auth_exchanges.add(1);
  context.listener.on_auth(told);
  if (auth_.malformed(context.text)) anomaly(context, Anomaly::kMalformedAuth);
  if (told.sealed_lost) context.counters.text_lost.add(1);
  auth_.clear(context.text);
}

void Dialogue::tell_session(DialogueContext& context, EndReason reason) {
  const SessionText::View names = session_text_.view(context.text, context.scratch.session);
  SessionSummary told;
  told.end = context.now;
  told.end_reason = reason;
  told.tls = tls_;
  told.not_smtp = mode_ == Mode::kGivenUp || !valid_;
  told.starttls_offered = starttls_offered_;
  told.starttls_requested = starttls_requested_;
  told.starttls_accepted = starttls_accepted_;
  told.starttls_established = starttls_established_;
  told.ehlo_seen = ehlo_seen_;
  fill_counts(context, told);
  told.banner = names[SessionText::Name::kBanner];
  told.helo = names[SessionText::Name::kHelo];
  std::string_view text = names[SessionText::Name::kCapabilities];
  std::size_t n = 0;
  while (!text.empty() && n < context.scratch.capabilities.size()) {
    context.scratch.capabilities[n++] = take_text_line(text);
  }
  told.capabilities = {context.scratch.capabilities.data(), n};
  std::array<VerbCount, kVerbCounts> commands{};
  std::size_t used = 0;
  for (std::size_t i = 0; i < kVerbCounts; ++i) {
    const auto verb = static_cast<Verb>(i);
    const std::uint32_t count = counts_.of(context.text, verb);
    if (count != 0) commands[used++] = VerbCount{verb, count};
  }
  told.commands = {commands.data(), used};
  std::array<CodeCount, SessionCounts::kCodesMax> replies{};
  std::size_t codes = 0;
  while (codes < replies.size() && counts_.reply(context.text, codes).code != 0) {
    replies[codes] = counts_.reply(context.text, codes);
    ++codes;
  }
  std::sort(replies.begin(), replies.begin() + static_cast<std::ptrdiff_t>(codes),
            [](const CodeCount& a, const CodeCount& b) { return a.code < b.code; });
  told.replies = {replies.data(), codes};
  told.replies_other = counts_.of(context.text, Sum::kRepliesOther);
  Habits::Text habits;
  const bool end_seen = tls_ == Tls::kNone && reason != EndReason::kEvicted && reason != EndReason::kShutdown;
  if (!told.not_smtp)
    told.fingerprint = habits_.told(habits, counts_.of(context.text, Verb::kQuit) != 0, end_seen);
  context.listener.on_session_end(told);
}

void Dialogue::fill_counts(const DialogueContext& context, SessionSummary& told) const {
  told.transactions = transactions_;
  told.messages = counts_.of(context.text, Sum::kMessages);
  told.recipients = counts_.of(context.text, Sum::kRecipients);
  told.recipients_rejected = counts_.of(context.text, Sum::kRecipientsRejected);
  told.auth_attempts = counts_.of(context.text, Verb::kAuth);
  told.auth_successes = counts_.of(context.text, Sum::kAuthSuccesses);
}

void Dialogue::note_lost(DialogueContext& context, bool kept) {
  if (!kept) context.counters.text_lost.add(1);
}

void Dialogue::anomaly(DialogueContext& context, Anomaly anomaly) {
  context.counters.anomalies.add(1);
  const std::uint32_t bit = std::uint32_t{1} << static_cast<unsigned>(anomaly);
  if ((anomalies_ & bit) != 0) return;
  anomalies_ |= bit;
  context.listener.on_anomaly(anomaly, context.now);
}

}  // namespace mailtap::smtp
