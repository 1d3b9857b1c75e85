// SPDX-License-Identifier: Apache-2.0
// One SMTP session: reads what both sides say and tells it (RFC 5321, 2920, 3030, 3207, 4954, 2033).
//
// Commands wait in a queue until their reply comes; every final reply answers the oldest. The envelope is
// built from such pairs only, so that a client which runs ahead (PIPELINING) changes nothing. Behind DATA,
// AUTH and STARTTLS the same bytes mean different things according to the reply: until it is seen they are
// held back, and read when it decides; at the limit, or with one side only, they are read as body and as
// responses.
//
// One thread. Fixed size; what has no fixed length stands in pages of the context's pool and is freed by
// finish(), which must be called once before the object goes. Bytes are read during the call only. No call
// allocates, throws or fails; at a limit text is cut and counted. Time of a call is linear in its bytes.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/page_pool.h"
#include "base/side.h"
#include "base/time.h"
#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"
#include "match/matcher.h"
#include "smtp/auth_state.h"
#include "smtp/bdat_reader.h"
#include "smtp/command_queue.h"
#include "smtp/data_reader.h"
#include "smtp/dialogue_listener.h"
#include "smtp/envelope.h"
#include "smtp/habits.h"
#include "smtp/line_reader.h"
#include "smtp/reply_reader.h"
#include "smtp/session_counts.h"
#include "smtp/session_text.h"
#include "smtp/smtp_counters.h"
#include "smtp/smtp_scratch.h"
#include "smtp/smtp_settings.h"

namespace mailtap::smtp {

// What all sessions of a worker share.
struct DialogueContext {
  Matcher& matcher;
  const KeyedHash& hash;
  Sealer* sealer;  // may be null
  PagePool& text;  // pages of kSmtpTextPageSize or more
  const SmtpSettings& settings;
  SmtpCounters& counters;
  SmtpScratch& scratch;
  DialogueListener& listener;
  TimeNs now = 0;  // of the call under way
};

struct DialogueStart {
  bool midstream = false;     // the first bytes may be anything
  bool implicit_tls = false;  // by port
};

class Dialogue {
 public:
  explicit Dialogue(const DialogueStart& start);

  // In-order bytes of one side. A reply never comes before its command.
  void on_chunk(DialogueContext& context, Role role, Bytes bytes, TimeNs time);
  // `n` bytes of that side will never be seen.
  void on_gap(DialogueContext& context, Role role, std::uint64_t n, TimeNs time);
  // That side will never say anything: nothing waits for it any more.
  void on_one_sided(DialogueContext& context, Role silent, TimeNs time);
  // That side has closed.
  void on_close(DialogueContext& context, Role role, TimeNs time);
  // Tells what is open, then the session, and frees all pages. Nothing may follow.
  void finish(DialogueContext& context, EndReason reason, TimeNs time);

  // False once nothing that follows can be read: gone to TLS, or given up.
  bool wants_bytes() const { return mode_ != Mode::kTls && mode_ != Mode::kGivenUp; }
  bool gone_to_tls() const { return mode_ == Mode::kTls; }
  Tls tls() const { return tls_; }

 private:
  enum class Mode : std::uint8_t {
    kStart,      // the client has said nothing yet
    kCommands,   // lines
    kUndecided,  // behind DATA, AUTH, STARTTLS: held until the reply
    kAuthLine,   // a response to 334
    kAuthGuess,  // behind AUTH with nobody to answer
    kBody,       // behind 354
    kChunk,      // behind BDAT
    kAwaitTls,   // behind 220 to STARTTLS
    kTls,
    kGivenUp
  };
  struct Reply;

  // dialogue_client.cc
  void read_client(DialogueContext& context, Bytes bytes);
  Bytes read_start(DialogueContext& context, Bytes bytes);
  Bytes read_lines(DialogueContext& context, Bytes bytes);
  Bytes read_undecided(DialogueContext& context, Bytes bytes);
  Bytes read_body(DialogueContext& context, Bytes bytes);
  Bytes read_chunk(DialogueContext& context, Bytes bytes);
  Bytes read_await_tls(DialogueContext& context, Bytes bytes);
  void on_client_line(DialogueContext& context, const Line& line, std::span<const Match> matches,
                      bool scanned);
  void on_command(DialogueContext& context, Verb verb, std::string_view behind, bool cut);
  void on_unknown_command(DialogueContext& context);
  bool runs_ahead() const;
  void judge_pipelining(DialogueContext& context, std::uint8_t first);
  void on_bdat(DialogueContext& context, std::string_view behind);
  void on_auth_command(DialogueContext& context, std::string_view behind, bool cut);
  void on_auth_line(DialogueContext& context, const Line& line);
  void enter_undecided(DialogueContext& context, Verb verb);
  void decide(DialogueContext& context, Mode mode);
  void decide_without_reply(DialogueContext& context);
  void end_body(DialogueContext& context);
  std::uint32_t client_line_max(const DialogueContext& context) const;

  // dialogue_server.cc
  void read_server(DialogueContext& context, Bytes bytes);
  void on_server_line(DialogueContext& context, const Line& line);
  void on_invalid_reply(DialogueContext& context);
  void on_reply(DialogueContext& context, const Reply& reply);
  bool on_greeting(DialogueContext& context, const Reply& reply);
  void on_unmatched_reply(DialogueContext& context, const Reply& reply);
  void realign(DialogueContext& context, std::uint16_t code);

  // dialogue_pairs.cc
  void enqueue(DialogueContext& context, const PendingCommand& command);
  void give_up_oldest(DialogueContext& context, bool reply_may_come);
  void give_up_pending(DialogueContext& context, bool reply_may_come);
  bool may_repeat_secret(const Reply& reply) const;
  void answer(DialogueContext& context, const Reply& said);
  bool more_replies(const Reply& reply);
  void apply(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_hello(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_mail(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void tell_refused_mail(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_rcpt(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_data(DialogueContext& context, const Reply& reply);
  void apply_bdat(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_end_of_data(DialogueContext& context, const PendingCommand& command, const Reply& reply);
  void apply_starttls(DialogueContext& context, const Reply& reply);
  void apply_auth(DialogueContext& context, const Reply& reply);

  // dialogue.cc
  void go_to_tls(DialogueContext& context);
  void give_up(DialogueContext& context);
  void end_transaction(DialogueContext& context, Status status);
  void abandon_transaction(DialogueContext& context);
  void tell_transaction(DialogueContext& context, Transaction& told);
  void tell_auth(DialogueContext& context, AuthResult result, const Reply& reply);
  void tell_session(DialogueContext& context, EndReason reason);
  void fill_counts(const DialogueContext& context, SessionSummary& told) const;
  void note_lost(DialogueContext& context, bool kept);
  void anomaly(DialogueContext& context, Anomaly anomaly);

  SessionCounts counts_;
  Habits habits_;
  Envelope envelope_;
  CommandQueue queue_;
  LineReader client_;  // also holds what is undecided
  LineReader server_;
  ReplyReader reply_;
  SessionText session_text_;
  AuthState auth_;
  DataReader data_;
  BdatReader bdat_;
  std::uint32_t owed_ = 0;  // replies to commands that were given up
  std::uint32_t anomalies_ = 0;
  std::uint32_t transactions_ = 0;
  std::uint16_t invalid_lines_ = 0;
  std::uint16_t replies_left_ = 0;  // to one end of data (RFC 2033, PRDR)
  Mode mode_ = Mode::kStart;
  Tls tls_ = Tls::kNone;
  Verb undecided_ = Verb::kOther;
  bool implicit_tls_ : 1;
  bool midstream_ : 1;
  bool client_spoke_ : 1;
  bool server_spoke_ : 1;
  bool client_silent_ : 1;
  bool server_silent_ : 1;
  bool greeted_ : 1;
  bool valid_ : 1;             // something was SMTP
  bool client_lost_ : 1;       // until a command is certain again
  bool server_lost_ : 1;       // until the client's next command
  bool evidence_missing_ : 1;  // a gap since the transaction began
  bool lmtp_ : 1;
  bool ehlo_seen_ : 1;
  bool starttls_offered_ : 1;
  bool starttls_requested_ : 1;
  bool starttls_accepted_ : 1;
  bool starttls_established_ : 1;
  bool server_in_tls_ : 1;         // its bytes behind the 220 are records
  bool behind_chunk_ : 1 = false;  // the next line follows a chunk
  bool auth_seen_ : 1 = false;
  bool any_accepted_ : 1 = false;  // of several replies to one message
  bool finished_ : 1;
};

static_assert(sizeof(Dialogue) <= 272);  // a mail session at rest is this and what TCP needs

}  // namespace mailtap::smtp
