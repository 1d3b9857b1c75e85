// SPDX-License-Identifier: Apache-2.0
// A dialogue out of arbitrary chunks: [who speaks, and what happens][size][bytes]. Whatever comes, all pages
// are given back.
#include <algorithm>
#include <cstdlib>
#include <memory>

#include "match/pattern_set.h"
#include "smtp/dialogue.h"
#include "smtp/probe.h"

namespace {

struct Silent : mailtap::smtp::DialogueListener {
  void on_transaction(const mailtap::smtp::Transaction&) override {}
  void on_auth(const mailtap::smtp::AuthExchange&) override {}
  void on_probe(const mailtap::smtp::Probe&, mailtap::TimeNs) override {}
  void on_anomaly(mailtap::smtp::Anomaly, mailtap::TimeNs) override {}
  void on_session_end(const mailtap::smtp::SessionSummary&) override {}
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mailtap;
  static const auto kPatterns = PatternSet::compile().value();
  static Matcher matcher(*kPatterns);
  static const KeyedHash kHash = KeyedHash::random();
  static const SmtpSettings kSettings = [] {
    SmtpSettings settings;  // small, so that limits are reached
    settings.command_line_max = settings.reply_line_max = settings.undecided_bytes_max = 512;
    settings.pending_commands_max = 8;
    settings.recipients_max = 4;
    return settings;
  }();
  static SmtpCounters counters;
  static smtp::SmtpScratch scratch(kSettings);
  Silent listener;
  if (size == 0) return 0;
  PagePool pool(kSmtpTextPageSize, 1 + data[0] % 64);
  smtp::DialogueContext context{matcher, kHash, nullptr, pool, kSettings, counters, scratch, listener};
  smtp::Dialogue dialogue(smtp::DialogueStart{(data[0] & 64) != 0, (data[0] & 128) != 0});
  smtp::guess_role({data, size});
  TimeNs time = 0;
  for (std::size_t at = 1; at + 2 <= size;) {
    const Role role = (data[at] & 1) != 0 ? Role::kServer : Role::kClient;
    const unsigned what = data[at] >> 1 & 31;
    const std::size_t n = std::min<std::size_t>(data[at + 1], size - at - 2);
    at += 2;
    if (what == 1) {
      dialogue.on_gap(context, role, n, ++time);
    } else if (what == 2) {
      dialogue.on_one_sided(context, role, ++time);
    } else {
      dialogue.on_chunk(context, role, {data + at, n}, ++time);
      at += n;
    }
  }
  dialogue.finish(context, smtp::EndReason::kFin, ++time);
  if (pool.used() != 0) std::abort();
  return 0;
}
