// SPDX-License-Identifier: Apache-2.0
// A typical session, a chunk of 1, 5 and 50 command lines, and a message of 1 MiB behind DATA and BDAT.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "match/pattern_set.h"
#include "smtp/dialogue.h"

namespace mailtap::smtp {
namespace {

struct Silent : DialogueListener {
  void on_transaction(const Transaction&) override {}
  void on_auth(const AuthExchange&) override {}
  void on_probe(const Probe&, TimeNs) override {}
  void on_anomaly(Anomaly, TimeNs) override {}
  void on_session_end(const SessionSummary&) override {}
};

struct Parts {
  std::shared_ptr<const PatternSet> patterns = PatternSet::compile().value();
  SmtpSettings settings;
  PagePool pool{kSmtpTextPageSize, 4096};
  Matcher matcher{*patterns};
  KeyedHash hash = KeyedHash::random();
  SmtpCounters counters;
  SmtpScratch scratch{settings};
  Silent listener;
  DialogueContext context{matcher, hash, nullptr, pool, settings, counters, scratch, listener};
};

void say(Parts& parts, Dialogue& dialogue, Role role, std::string_view bytes) {
  dialogue.on_chunk(parts.context, role, as_bytes(bytes), 1);
}

void open(Parts& parts, Dialogue& dialogue) {
  say(parts, dialogue, Role::kServer, "220 mx.example.com ESMTP\r\n");
  say(parts, dialogue, Role::kClient, "EHLO client.example.com\r\n");
  say(parts, dialogue, Role::kServer,
      "250-mx.example.com\r\n250-SIZE 10240000\r\n250-STARTTLS\r\n250 PIPELINING\r\n");
  say(parts, dialogue, Role::kClient, "MAIL FROM:<alice@example.com>\r\n");
  say(parts, dialogue, Role::kServer, "250 2.1.0 Ok\r\n");
  say(parts, dialogue, Role::kClient, "RCPT TO:<bob@example.com>\r\n");
  say(parts, dialogue, Role::kServer, "250 2.1.5 Ok\r\n");
}

void session(benchmark::State& state) {
  Parts parts;
  const std::string body(1200, 'x');
  for (auto _ : state) {
    Dialogue dialogue(DialogueStart{});
    open(parts, dialogue);
    say(parts, dialogue, Role::kClient, "DATA\r\n");
    say(parts, dialogue, Role::kServer, "354 go\r\n");
    say(parts, dialogue, Role::kClient, body);
    say(parts, dialogue, Role::kClient, "\r\n.\r\n");
    say(parts, dialogue, Role::kServer, "250 2.0.0 Ok: queued\r\n");
    say(parts, dialogue, Role::kClient, "QUIT\r\n");
    say(parts, dialogue, Role::kServer, "221 2.0.0 Bye\r\n");
    dialogue.finish(parts.context, EndReason::kFin, 1);
  }
}
BENCHMARK(session);

void lines_a_chunk(benchmark::State& state) {
  Parts parts;
  Dialogue dialogue(DialogueStart{});
  open(parts, dialogue);
  std::string commands;
  std::string replies;
  for (std::int64_t i = 0; i < state.range(0); ++i) commands += "RSET\r\n", replies += "250 2.0.0 Ok\r\n";
  for (auto _ : state) {
    say(parts, dialogue, Role::kClient, commands);
    say(parts, dialogue, Role::kServer, replies);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  dialogue.finish(parts.context, EndReason::kFin, 1);
}
BENCHMARK(lines_a_chunk)->Arg(1)->Arg(5)->Arg(50);

std::string text_body() {
  std::string body;
  while (body.size() < (1 << 20))
    body += "A line of text in a letter. It has a dot or two, as lines of text have it.\r\n";
  return body;
}

void body_by_data(benchmark::State& state) {
  Parts parts;
  const std::string body = text_body();
  Dialogue dialogue(DialogueStart{});
  open(parts, dialogue);
  say(parts, dialogue, Role::kClient, "DATA\r\n");
  say(parts, dialogue, Role::kServer, "354 go\r\n");
  for (auto _ : state) {
    for (std::size_t at = 0; at < body.size(); at += 1448) {
      say(parts, dialogue, Role::kClient, std::string_view(body).substr(at, 1448));
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  dialogue.finish(parts.context, EndReason::kFin, 1);
}
BENCHMARK(body_by_data);

void body_by_bdat(benchmark::State& state) {
  Parts parts;
  const std::string body = text_body();
  Dialogue dialogue(DialogueStart{});
  open(parts, dialogue);
  for (auto _ : state) {
    say(parts, dialogue, Role::kClient, "BDAT " + std::to_string(body.size()) + "\r\n");
    for (std::size_t at = 0; at < body.size(); at += 1448) {
      say(parts, dialogue, Role::kClient, std::string_view(body).substr(at, 1448));
    }
    say(parts, dialogue, Role::kServer, "250 2.0.0 Ok\r\n");
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
  dialogue.finish(parts.context, EndReason::kFin, 1);
}
BENCHMARK(body_by_bdat);

}  // namespace
}  // namespace mailtap::smtp

BENCHMARK_MAIN();
