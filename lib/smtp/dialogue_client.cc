// SPDX-License-Identifier: Apache-2.0
// What the client says: lines, messages, and what cannot be read before the reply. See dialogue.h.
#include <algorithm>
#include <array>
#include <cstring>

#include "crypt/wipe.h"
#include "smtp/command_parser.h"
#include "smtp/dialogue.h"
#include "smtp/dialogue_reply.h"
#include "smtp/probe.h"

namespace mailtap::smtp {

namespace {

constexpr std::size_t kBatchLinesMin = 3;  // below, a scan a line is cheaper
constexpr std::size_t kBatchMatches = 64;

// Bytes up to and including the last LF.
std::size_t whole_lines(Bytes bytes) {
  const void* last = memrchr(bytes.data(), '\n', bytes.size());
  if (last == nullptr) return 0;
  return static_cast<std::size_t>(static_cast<const std::uint8_t*>(last) - bytes.data()) + 1;
}

bool has_lines(Bytes bytes, std::size_t n) {
  for (; n > 0 && !bytes.empty(); --n) {
    const void* found = std::memchr(bytes.data(), '\n', bytes.size());
    if (found == nullptr) return false;
    bytes =
        bytes.subspan(static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data()) + 1);
  }
  return n == 0;
}

AuthTools auth_tools(DialogueContext& context) {
  return {context.text, context.hash, context.sealer, context.scratch};
}

}  // namespace

void Dialogue::read_client(DialogueContext& context, Bytes bytes) {
  client_spoke_ = true;
  while (!bytes.empty() && wants_bytes()) {
    switch (mode_) {
      case Mode::kStart: bytes = read_start(context, bytes); break;
      case Mode::kCommands:
      case Mode::kAuthLine:
      case Mode::kAuthGuess: bytes = read_lines(context, bytes); break;
      case Mode::kUndecided: bytes = read_undecided(context, bytes); break;
      case Mode::kBody: bytes = read_body(context, bytes); break;
      case Mode::kChunk: bytes = read_chunk(context, bytes); break;
      case Mode::kAwaitTls: bytes = read_await_tls(context, bytes); break;
      case Mode::kTls:
      case Mode::kGivenUp: return;
    }
  }
}

Bytes Dialogue::read_start(DialogueContext& context, Bytes bytes) {
  mode_ = Mode::kCommands;
  const bool tls = implicit_tls_ ? is_tls_byte(bytes[0]) : bytes[0] == 0x16;
  if (!tls || valid_) return bytes;
  if (implicit_tls_) {
    tls_ = Tls::kImplicit;
    go_to_tls(context);
  } else {
    give_up(context);
  }
  return {};
}

// Lines, as long as lines are what comes; answers what is left when that changed.
Bytes Dialogue::read_lines(DialogueContext& context, Bytes bytes) {
  if (client_.in_line()) {
    const Line line =
        client_.next(context.text, bytes, client_line_max(context), context.scratch.client_line);
    if (line.complete) on_client_line(context, line, {}, false);
    wipe(std::span(context.scratch.client_line).first(line.complete ? line.text.size() : 0));
    return bytes.subspan(line.used);
  }
  std::array<Match, kBatchMatches> matches;
  std::size_t n = 0;
  std::size_t covered = 0;
  if (mode_ == Mode::kCommands && has_lines(bytes, kBatchLinesMin)) {
    const LinesScan scan = context.matcher.scan_lines(bytes.first(whole_lines(bytes)), matches);
    n = scan.matches;
    covered = scan.covered;
  }
  const Mode mode = mode_;
  std::size_t at = 0;
  for (std::size_t m = 0; at < bytes.size() && mode_ == mode && (covered == 0 || at < covered);) {
    const Line line =
        client_.next(context.text, bytes.subspan(at), client_line_max(context), context.scratch.client_line);
    if (!line.complete) return {};
    const std::size_t first = m;
    for (; m < n && matches[m].end <= at + line.used; ++m) matches[m].end -= static_cast<std::uint32_t>(at);
    on_client_line(context, line, std::span(matches).subspan(first, m - first), covered != 0);
    at += line.used;
  }
  return bytes.subspan(at);
}

std::uint32_t Dialogue::client_line_max(const DialogueContext& context) const {
  return std::max(context.settings.command_line_max, context.settings.auth_line_max);
}

void Dialogue::on_client_line(DialogueContext& context, const Line& line, std::span<const Match> matches,
                              bool scanned) {
  note_lost(context, !line.lost);
  if (mode_ == Mode::kAuthLine) return on_auth_line(context, line);
  std::array<Match, kMatchesALineMax> found;
  if (!scanned) {
    const std::size_t n = context.matcher.scan_line(line.text, found);
    matches = std::span(found).first(n);
  }
  const bool verb_found = !matches.empty() && is_verb(matches[0].pattern);
  const Verb verb = verb_found ? verb_of(matches[0].pattern) : Verb::kOther;
  const std::size_t verb_size = verb_found ? matches[0].end : 0;
  const std::string_view behind = as_text(line.text.subspan(verb_size));
  const bool certain = verb_found && is_certain_command(verb, behind);
  if (mode_ == Mode::kAuthGuess) {
    if (!certain) return on_auth_line(context, line);
    give_up_pending(context, true);
    mode_ = Mode::kCommands;
  }
  if (client_lost_ && !certain) return;
  if (behind_chunk_ && !verb_found) anomaly(context, Anomaly::kBdatChunkLenExceeded);
  habits_.take(verb, as_text(line.text.first(verb_size)), behind, runs_ahead());
  behind_chunk_ = false;
  client_lost_ = false;
  server_lost_ = false;
  const bool too_long = verb != Verb::kAuth && line.text.size() > context.settings.command_line_max;
  if (line.cut || too_long) anomaly(context, Anomaly::kMaxCommandLineLenExceeded);
  if (!verb_found) return on_unknown_command(context);
  on_command(context, verb, behind, line.cut || line.lost);
}

void Dialogue::on_command(DialogueContext& context, Verb verb, std::string_view behind, bool cut) {
  valid_ = true;
  invalid_lines_ = 0;
  note_lost(context, counts_.add(context.text, verb));
  context.counters.commands.add(1);
  const std::size_t max = context.settings.command_line_max;
  switch (verb) {
    case Verb::kMail:
      return enqueue(context, {verb, false, 0, as_bytes(path_and_params(behind, "FROM").substr(0, max))});
    case Verb::kRcpt:
      return enqueue(context, {verb, false, 0, as_bytes(path_and_params(behind, "TO").substr(0, max))});
    case Verb::kEhlo:
    case Verb::kHelo:
    case Verb::kLhlo: return enqueue(context, {verb, false, 0, as_bytes(trimmed(behind).substr(0, max))});
    case Verb::kBdat: return on_bdat(context, behind);
    case Verb::kAuth: return on_auth_command(context, behind, cut);
    case Verb::kStarttls:
    case Verb::kXAnonymoustls:
      starttls_requested_ = true;
      enqueue(context, {verb, false, 0, {}});
      return enter_undecided(context, verb);
    case Verb::kData:
      enqueue(context, {verb, false, 0, {}});
      data_.begin();
      return enter_undecided(context, verb);
    default: enqueue(context, {verb, false, 0, {}});
  }
}

bool Dialogue::runs_ahead() const { return !queue_.empty() && !server_silent_ && !server_lost_; }

// Its text is never kept: it may be a secret sent in the wrong state.
void Dialogue::on_unknown_command(DialogueContext& context) {
  if (!valid_ && ++invalid_lines_ >= context.settings.invalid_lines_max) return give_up(context);
  note_lost(context, counts_.add(context.text, Verb::kOther));
  context.counters.commands.add(1);
  // What stands before the greeting is for somebody in between (PROXY protocol) and has no reply.
  if (server_spoke_ || server_silent_ || midstream_) enqueue(context, {Verb::kOther, false, 0, {}});
}

void Dialogue::on_bdat(DialogueContext& context, std::string_view behind) {
  const Bdat bdat = parse_bdat(behind);
  if (!bdat.valid) anomaly(context, Anomaly::kInvalidBdat);
  // A refused command has no chunk behind it.
  const std::uint64_t size = bdat.valid ? bdat.size : 0;
  enqueue(context, {Verb::kBdat, bdat.valid && bdat.last, size, {}});
  bdat_.begin(size);
  if (size > 0) mode_ = Mode::kChunk;
}

void Dialogue::on_auth_command(DialogueContext& context, std::string_view behind, bool cut) {
  if (auth_.active()) give_up_pending(context, true);
  auth_seen_ = true;
  const AuthLine line = parse_auth(behind);
  const SessionText::View names = session_text_.view(context.text, context.scratch.session);
  const bool offered = offers_mechanism(names[SessionText::Name::kCapabilities], line.mechanism);
  if (!auth_.begin(context.text, line.mechanism, offered, context.now)) context.counters.text_lost.add(1);
  if (line.has_response) {
    auth_.respond(auth_tools(context), line.response, true, cut);
  }
  enqueue(context, {Verb::kAuth, false, 0, {}});
  enter_undecided(context, Verb::kAuth);
}

void Dialogue::on_auth_line(DialogueContext& context, const Line& line) {
  if (line.cut) anomaly(context, Anomaly::kMaxCommandLineLenExceeded);
  auth_.respond(auth_tools(context), trimmed(as_text(line.text)), false, line.cut || line.lost);
  if (mode_ == Mode::kAuthLine) return enter_undecided(context, Verb::kAuth);
  if (auth_.complete(context.text)) mode_ = Mode::kCommands;
}

void Dialogue::enter_undecided(DialogueContext& context, Verb verb) {
  undecided_ = verb;
  mode_ = Mode::kUndecided;
  if (!server_spoke_ || server_silent_) decide_without_reply(context);
}

// DATA and STARTTLS must end a group of commands. Where their reply was lost the client may have seen it; a
// TLS record behind STARTTLS is no command.
void Dialogue::judge_pipelining(DialogueContext& context, std::uint8_t first) {
  const bool of_tls = undecided_ == Verb::kStarttls || undecided_ == Verb::kXAnonymoustls;
  if (server_lost_ || !client_.text().empty() || (of_tls ? is_tls_byte(first) : undecided_ != Verb::kData))
    return;
  anomaly(context, Anomaly::kInvalidPipelinedSequence);
}

// All of `bytes` or none: they may be what decide() has in hand, and then nothing else may be held.
Bytes Dialogue::read_undecided(DialogueContext& context, Bytes bytes) {
  judge_pipelining(context, bytes[0]);
  const bool limit = bytes.size() >= context.settings.undecided_bytes_max - client_.text().size();
  if (!limit && client_.text().append(context.text, bytes)) return {};
  note_lost(context, limit);
  decide_without_reply(context);
  return bytes;
}

// The reply told what the bytes behind the command are: those that were held are read now.
void Dialogue::decide(DialogueContext& context, Mode mode) {
  const bool held = mode_ == Mode::kUndecided;
  mode_ = mode;
  if (!held || client_.text().empty()) return;
  const Bytes bytes = client_.text().copy_out(context.text, context.scratch.undecided);
  client_.drop(context.text);
  read_client(context, bytes);
  wipe(std::span(context.scratch.undecided).first(bytes.size()));
}

void Dialogue::decide_without_reply(DialogueContext& context) {
  if (undecided_ == Verb::kData) {
    if (server_lost_) give_up_pending(context, false);
    return decide(context, Mode::kBody);
  }
  if (undecided_ != Verb::kAuth) return decide(context, Mode::kAwaitTls);
  decide(context, auth_.complete(context.text) ? Mode::kCommands : Mode::kAuthGuess);
}

// Where the header and the parts of a message will be read, too.
Bytes Dialogue::read_body(DialogueContext& context, Bytes bytes) {
  const DataReader::Read read = data_.read(bytes);
  context.counters.body_bytes.add(read.used);
  if (read.ended) end_body(context);
  return bytes.subspan(read.used);
}

void Dialogue::end_body(DialogueContext& context) {
  mode_ = Mode::kCommands;
  enqueue(context, {Verb::kEndOfData, true, data_.size(), {}});
}

Bytes Dialogue::read_chunk(DialogueContext& context, Bytes bytes) {
  const auto n = static_cast<std::size_t>(bdat_.cross(bytes.size()));
  context.counters.body_bytes.add(n);
  behind_chunk_ = bdat_.ended();
  if (behind_chunk_) mode_ = Mode::kCommands;
  return bytes.subspan(n);
}

Bytes Dialogue::read_await_tls(DialogueContext& context, Bytes bytes) {
  server_in_tls_ = false;
  if (bytes[0] != 0x16) {
    mode_ = Mode::kCommands;  // nobody encrypts: the session goes on in clear
    return bytes;
  }
  starttls_established_ = true;
  tls_ = Tls::kStarttls;
  go_to_tls(context);
  return {};
}

}  // namespace mailtap::smtp
