// SPDX-License-Identifier: Apache-2.0
// A command and its reply, together: what they do to the envelope. See dialogue.h.
#include <algorithm>
#include <iterator>

#include "smtp/command_parser.h"
#include "smtp/dialogue.h"
#include "smtp/dialogue_reply.h"

namespace mailtap::smtp {

void Dialogue::enqueue(DialogueContext& context, const PendingCommand& command) {
  const SmtpSettings& settings = context.settings;
  while (!queue_.empty() && (queue_.size() >= settings.pending_commands_max ||
                             queue_.bytes() + command.argument.size() > settings.pending_text_max)) {
    if (!server_silent_) anomaly(context, Anomaly::kPendingCommandsExceeded);
    context.counters.pending_given_up.add(1);
    give_up_oldest(context, true);
  }
  if (queue_.push(context.text, command)) return;
  // No page: the command, and those before it, count as unanswered.
  context.counters.text_lost.add(1);
  give_up_pending(context, true);
  if (!server_silent_) ++owed_;
  apply(context, command, Reply{});
}

void Dialogue::give_up_oldest(DialogueContext& context, bool reply_may_come) {
  const PendingCommand command = queue_.front(context.text, context.scratch.argument);
  queue_.pop(context.text);
  if (reply_may_come && !server_silent_) ++owed_;
  apply(context, command, Reply{});
}

void Dialogue::give_up_pending(DialogueContext& context, bool reply_may_come) {
  while (!queue_.empty()) give_up_oldest(context, reply_may_come);
}

// A secret may come back in the reply to AUTH; in one that was paired wrongly, because the AUTH or a reply
// was lost; and in the refusal of a session that is out of step.
bool Dialogue::may_repeat_secret(const Reply& reply) const {
  static constexpr std::uint16_t kOfAuth[] = {235, 334, 432, 534, 535, 538};  // RFC 4954 6
  if (std::find(std::begin(kOfAuth), std::end(kOfAuth), reply.code) != std::end(kOfAuth)) return true;
  return reply.refused() && (auth_seen_ || evidence_missing_);
}

// The oldest command has its reply.
void Dialogue::answer(DialogueContext& context, const Reply& said) {
  const PendingCommand command = queue_.front(context.text, context.scratch.argument);
  if (command.verb == Verb::kAuth && said.code == 334) {
    auth_.prompt(context.text, trimmed(said.last.substr(std::min<std::size_t>(said.last.size(), 4))));
    return decide(context, Mode::kAuthLine);
  }
  Reply reply = said;
  if (may_repeat_secret(said)) reply.last = code_and_status(said.last);
  if (command.verb == Verb::kEndOfData && more_replies(reply))
    return envelope_.set_reply(context.text, reply.code, reply.last);
  queue_.pop(context.text);
  // Of these alone: the reply to a secret taken for a command may repeat it.
  const bool of_transaction = command.verb == Verb::kMail || command.verb == Verb::kRcpt ||
                              command.verb == Verb::kData || command.verb == Verb::kBdat ||
                              command.verb == Verb::kEndOfData;
  if (of_transaction) envelope_.set_reply(context.text, reply.code, reply.last);
  apply(context, command, reply);
}

// LMTP answers a message once for each recipient it took (RFC 2033 4.2); PRDR does so too, between a 353 and
// a last reply for the whole.
bool Dialogue::more_replies(const Reply& reply) {
  if (replies_left_ == 0 && reply.code == 353) {
    replies_left_ = static_cast<std::uint16_t>(envelope_.accepted() & 0xffff);
    return true;
  }
  if (replies_left_ == 0 && lmtp_ && envelope_.accepted() > 1) {
    replies_left_ = static_cast<std::uint16_t>((envelope_.accepted() - 1) & 0xffff);
    any_accepted_ = reply.accepted();
    return true;
  }
  if (replies_left_ == 0) return false;
  --replies_left_;
  any_accepted_ = any_accepted_ || reply.accepted();
  return !lmtp_ || replies_left_ > 0;
}

void Dialogue::apply(DialogueContext& context, const PendingCommand& command, const Reply& reply) {
  switch (command.verb) {
    case Verb::kEhlo:
    case Verb::kHelo:
    case Verb::kLhlo: return apply_hello(context, command, reply);
    case Verb::kMail: return apply_mail(context, command, reply);
    case Verb::kRcpt: return apply_rcpt(context, command, reply);
    case Verb::kData: return apply_data(context, reply);
    case Verb::kBdat: return apply_bdat(context, command, reply);
    case Verb::kEndOfData: return apply_end_of_data(context, command, reply);
    case Verb::kAuth: return apply_auth(context, reply);
    case Verb::kStarttls:
    case Verb::kXAnonymoustls: return apply_starttls(context, reply);
    case Verb::kVrfy:
    case Verb::kExpn: return context.listener.on_probe(Probe{command.verb, reply.code}, context.now);
    case Verb::kRset:
    case Verb::kXclient:
      if (!reply.refused()) abandon_transaction(context);
      return;
    case Verb::kQuit: return abandon_transaction(context);
    default: return;
  }
}

void Dialogue::apply_hello(DialogueContext& context, const PendingCommand& command, const Reply& reply) {
  if (!reply.refused()) abandon_transaction(context);
  const auto set = [&](SessionText::Name name, std::string_view text) {
    if (session_text_.set(context.text, name, text, context.settings.session_text_max,
                          context.scratch.session))
      return;
    context.counters.text_lost.add(1);
    anomaly(context, Anomaly::kTextLimitExceeded);
  };
  if (!reply.refused() || !session_text_.has(SessionText::Name::kHelo)) {
    set(SessionText::Name::kHelo, as_text(command.argument));
  }
  if (!reply.accepted() || may_repeat_secret(reply)) return;
  lmtp_ = command.verb == Verb::kLhlo;
  if (command.verb == Verb::kHelo) return;
  ehlo_seen_ = true;
  starttls_offered_ = false;
  std::string_view lines = reply.lines;
  take_text_line(lines);  // the server's name
  set(SessionText::Name::kCapabilities, lines);
  while (!lines.empty()) {
    const std::string_view line = trimmed(take_text_line(lines));
    if (line.size() == 8 && starts_with_nocase(line, "STARTTLS")) starttls_offered_ = true;
  }
}

// A second MAIL that the server takes ends the first transaction; one that it refuses leaves it as it is.
void Dialogue::apply_mail(DialogueContext& context, const PendingCommand& command, const Reply& reply) {
  if (reply.refused() && envelope_.is_open() && !envelope_.refused()) {
    ++transactions_;
    return tell_refused_mail(context, command, reply);
  }
  abandon_transaction(context);
  note_lost(context, envelope_.open(context.text));
  evidence_missing_ = server_silent_ || client_silent_;
  if (!envelope_.set_mail(context.text, command.argument, reply.code, context.settings))
    context.counters.text_lost.add(1);
  envelope_.set_reply(context.text, reply.code, reply.last);
}

void Dialogue::tell_refused_mail(DialogueContext& context, const PendingCommand& command,
                                 const Reply& reply) {
  Transaction told;
  std::string_view params;
  told.has_mail = true;
  told.status = Status::kRejected;
  told.mail_from = take_path(as_text(command.argument), params);
  told.params = parse_mail_params(params);
  told.last_code = reply.code;
  told.last_reply = reply.last;
  tell_transaction(context, told);
}

void Dialogue::apply_rcpt(DialogueContext& context, const PendingCommand& command, const Reply& reply) {
  note_lost(context, counts_.add(context.text, Sum::kRecipients));
  if (reply.refused()) note_lost(context, counts_.add(context.text, Sum::kRecipientsRejected));
  if (!envelope_.is_open()) {
    if (!evidence_missing_ && !client_lost_) anomaly(context, Anomaly::kRcptWithoutMail);
    if (reply.refused()) return;
    note_lost(context, envelope_.open(context.text));  // its MAIL was lost, or the server does without
    envelope_.set_reply(context.text, reply.code, reply.last);
  }
  if (envelope_.add_recipient(context.text, command.argument, reply.code, context.settings)) return;
  context.counters.text_lost.add(1);
  anomaly(context, Anomaly::kTextLimitExceeded);
}

void Dialogue::apply_data(DialogueContext& context, const Reply& reply) {
  if (reply.code == 354) {
    if (mode_ == Mode::kUndecided) decide(context, Mode::kBody);
    return;
  }
  if (reply.code == 0) return;
  if (reply.accepted() && !queue_.empty() && queue_.front(context.text, {}).verb == Verb::kEndOfData) {
    return answer(context, reply);  // the 354 was lost, this is for the message
  }
  anomaly(context, Anomaly::kDataCommandRejected);
  envelope_.set_data_refused();
  if (mode_ == Mode::kUndecided) return decide(context, Mode::kCommands);
  // What was taken for a message were commands; they are read again from the next certain one.
  if (mode_ == Mode::kBody) {
    mode_ = Mode::kCommands;
    client_lost_ = true;
  } else if (!queue_.empty() && queue_.front(context.text, {}).verb == Verb::kEndOfData) {
    queue_.pop(context.text);
  }
}

void Dialogue::apply_bdat(DialogueContext& context, const PendingCommand& command, const Reply& reply) {
  if (!envelope_.is_open()) return;
  envelope_.set_chunking();
  if (reply.refused()) {
    envelope_.set_data_refused();
  } else {
    envelope_.add_size(command.number);
  }
  if (!command.last) return;
  end_transaction(context, envelope_.refused() ? Status::kRejected
                           : reply.accepted()  ? Status::kDelivered
                                               : Status::kIncomplete);
}

void Dialogue::apply_end_of_data(DialogueContext& context, const PendingCommand& command,
                                 const Reply& reply) {
  if (!envelope_.is_open() && (evidence_missing_ || client_lost_))
    note_lost(context, envelope_.open(context.text));
  envelope_.set_reply(context.text, reply.code, reply.last);
  envelope_.add_size(command.number);
  const bool accepted = reply.accepted() || (lmtp_ && any_accepted_);
  replies_left_ = 0;
  any_accepted_ = false;
  end_transaction(context, accepted          ? Status::kDelivered
                           : reply.refused() ? Status::kRejected
                                             : Status::kIncomplete);
}

void Dialogue::apply_starttls(DialogueContext& context, const Reply& reply) {
  if (reply.code == 0) return;
  if (!reply.accepted()) {
    anomaly(context, Anomaly::kTlsRejected);
    if (mode_ == Mode::kUndecided || mode_ == Mode::kAwaitTls) decide(context, Mode::kCommands);
    return;
  }
  starttls_accepted_ = true;
  abandon_transaction(context);
  if (mode_ != Mode::kUndecided) return;
  // A server that follows RFC 3207 throws away what came behind STARTTLS in clear.
  Bytes held = client_.text().copy_out(context.text, std::span(context.scratch.undecided).first(1));
  if (!held.empty() && held[0] != 0x16) {
    anomaly(context, Anomaly::kStarttlsCommandInjection);
    client_.drop(context.text);
  }
  decide(context, Mode::kAwaitTls);
}

void Dialogue::apply_auth(DialogueContext& context, const Reply& reply) {
  tell_auth(context,
            reply.accepted()  ? AuthResult::kSuccess
            : reply.refused() ? AuthResult::kFailure
                              : AuthResult::kUnknown,
            reply);
  if (reply.code != 0 &&
      (mode_ == Mode::kUndecided || mode_ == Mode::kAuthLine || mode_ == Mode::kAuthGuess)) {
    decide(context, Mode::kCommands);
  }
}

}  // namespace mailtap::smtp
