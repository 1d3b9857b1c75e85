// SPDX-License-Identifier: Apache-2.0
// What the server says, and which command it answers. See dialogue.h.
#include "smtp/dialogue.h"
#include "smtp/dialogue_reply.h"
#include "smtp/probe.h"
#include "smtp/reply_reader.h"

namespace mailtap::smtp {

void Dialogue::read_server(DialogueContext& context, Bytes bytes) {
  const bool first = !server_spoke_;
  server_spoke_ = true;
  if (first && implicit_tls_ && is_tls_byte(bytes[0]) && wants_bytes()) {
    tls_ = Tls::kImplicit;
    return go_to_tls(context);
  }
  while (!bytes.empty() && wants_bytes() && !server_in_tls_) {
    if (mode_ == Mode::kAwaitTls && !server_.in_line() && is_tls_byte(bytes[0])) {
      server_in_tls_ = true;
      return;
    }
    const Line line =
        server_.next(context.text, bytes, context.settings.reply_line_max, context.scratch.server_line);
    if (line.complete) on_server_line(context, line);
    bytes = bytes.subspan(line.used);
  }
}

void Dialogue::on_server_line(DialogueContext& context, const Line& line) {
  note_lost(context, !line.lost);
  if (line.cut) anomaly(context, Anomaly::kMaxReplyLineLenExceeded);
  const ReplyLine parsed = parse_reply_line(line.text);
  if (!parsed.valid) return on_invalid_reply(context);
  if (reply_.code() != 0 && reply_.code() != parsed.code) anomaly(context, Anomaly::kReplyCodesDiffer);
  if (parsed.more || reply_.code() != 0) {
    if (!reply_.add(context.text, parsed, context.settings.reply_text_max)) context.counters.text_lost.add(1);
  }
  if (parsed.more) return;
  Reply reply;
  reply.code = parsed.code;
  reply.last = as_text(line.text);
  reply.lines = parsed.text;
  if (reply_.code() != 0) reply.lines = reply_.earlier_lines(context.text, context.scratch.reply);
  reply_.clear(context.text);
  on_reply(context, reply);
}

void Dialogue::on_invalid_reply(DialogueContext& context) {
  if (server_lost_) return;
  if (!valid_ && ++invalid_lines_ >= context.settings.invalid_lines_max) return give_up(context);
  anomaly(context, Anomaly::kInvalidReply);
}

void Dialogue::on_reply(DialogueContext& context, const Reply& reply) {
  valid_ = true;
  note_lost(context, counts_.add_reply(context.text, reply.code));
  context.counters.replies.add(1);
  if (on_greeting(context, reply)) return;
  // The client went on, so it has seen the reply that was lost.
  if (mode_ == Mode::kUndecided && server_lost_ && !client_.text().empty()) decide_without_reply(context);
  realign(context, reply.code);
  if (owed_ > 0) {
    --owed_;
    return;
  }
  if (queue_.empty()) return on_unmatched_reply(context, reply);
  answer(context, reply);
}

// True when the reply greets and answers no command (RFC 5321 3.1).
bool Dialogue::on_greeting(DialogueContext& context, const Reply& reply) {
  if (greeted_ && !(midstream_ && queue_.empty() && !client_spoke_ && reply.code == 220)) return false;
  greeted_ = true;
  const bool greeting = reply.code == 220 || reply.code == 554 || reply.code == 421;
  if (!greeting) anomaly(context, Anomaly::kNoServerWelcomeMessage);
  if (!greeting && !queue_.empty()) return false;
  std::string_view lines = reply.lines;
  const std::string_view banner = greeting ? take_text_line(lines) : std::string_view{};
  if (!session_text_.set(context.text, SessionText::Name::kBanner, banner, context.settings.session_text_max,
                         context.scratch.session)) {
    context.counters.text_lost.add(1);
  }
  return true;
}

// 354 and 334 answer one command only, and nothing is sent behind that one before its reply: where such a
// reply meets another command, those in front were answered unseen or never had a reply.
void Dialogue::realign(DialogueContext& context, std::uint16_t code) {
  const bool auth = code == 334 || code == 235;
  if ((code != 354 && !auth) || queue_.empty() || queue_.newest() != (auth ? Verb::kAuth : Verb::kData))
    return;
  owed_ = 0;
  while (queue_.size() > 1) give_up_oldest(context, false);
}

void Dialogue::on_unmatched_reply(DialogueContext& context, const Reply& reply) {
  if (mode_ == Mode::kAwaitTls) return anomaly(context, Anomaly::kStarttlsResponseInjection);
  const bool incomplete = client_lost_ || client_silent_ || server_lost_ || evidence_missing_;
  // Nobody takes a message (2xx) before its end.
  const bool lax = data_.at_lax_end();
  const bool ended = incomplete || lax || reply.accepted();
  if (mode_ == Mode::kBody && ended && reply.code != 354 && reply.code != 421) {
    // The end of the message was lost, or only the server saw one.
    end_body(context);
    client_lost_ = incomplete || !lax;
    if (!queue_.empty()) return answer(context, reply);
    owed_ -= owed_ > 0 ? 1 : 0;  // no page: it was told already, as unanswered
    return;
  }
  if (incomplete && reply.code == 354 && mode_ == Mode::kCommands) {
    data_.begin();
    data_.on_gap();
    mode_ = Mode::kBody;
    return;
  }
  if (incomplete || !client_spoke_ || reply.code == 421 || mode_ == Mode::kBody) return;
  anomaly(context, Anomaly::kUnableToMatchReplyWithRequest);
}

}  // namespace mailtap::smtp
