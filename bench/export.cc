// SPDX-License-Identifier: Apache-2.0
// A transaction event of some 630 bytes, from the record to eve.json (on /dev/null, so that no disk is
// measured).
#include <benchmark/benchmark.h>

#include <array>

#include "event/records.h"
#include "export/eve_writer.h"

namespace mailtap {
namespace {

constexpr std::array<Recipient, 3> kRecipients{Recipient{"<bob@example.net>", 250},
                                               Recipient{"<carol@example.net>", 250},
                                               Recipient{"<dave@example.com>", 550}};

TransactionRecord sample() {
  TransactionRecord record;
  record.head.time = 1'764'072'000 * kSecondNs;
  record.head.flow_id = 4'503'599'627'370'497;
  record.flow.client.octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 10};
  record.flow.server.octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 2, 25};
  record.flow.client_port = 40000;
  record.flow.server_port = 25;
  record.status = TransactionStatus::kDelivered;
  record.size = 51'200;
  record.helo = "client.example.org";
  record.mail_from = "<alice.sender@example.org>";
  record.last_reply = "250 2.0.0 Ok: queued as 4F2A81C0D3";
  record.params.size = 50'000;
  record.params.has_size = true;
  record.params.body = "8BITMIME";
  record.recipients = kRecipients;
  record.recipients_sent = 3;
  record.recipients_refused = 1;
  return record;
}

void write_events(benchmark::State& state, bool same_flow) {
  auto opened = EveWriter::open("/dev/null", LineFile::Mode::kReplace, ExportSettings{}, nullptr);
  if (!opened) return state.SkipWithError("cannot open /dev/null");
  TransactionRecord record = sample();
  for (auto _ : state) {
    record.head.time += 1'234'567;
    record.head.flow_id += same_flow ? 0 : 1;
    opened.value()->write(record);
  }
}

void transaction_of_a_known_flow(benchmark::State& state) { write_events(state, true); }
BENCHMARK(transaction_of_a_known_flow);

void transaction_of_a_new_flow(benchmark::State& state) { write_events(state, false); }
BENCHMARK(transaction_of_a_new_flow);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
