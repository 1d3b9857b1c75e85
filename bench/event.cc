// SPDX-License-Identifier: Apache-2.0
// A transaction record with three recipients: written by the worker, taken out and put in order by the
// control core. Both on one thread, so that the figures are costs and not waits.
#include <benchmark/benchmark.h>

#include <array>

#include "event/event_settings.h"
#include "event/record_merger.h"
#include "event/record_sender.h"
#include "event/records.h"

namespace mailtap {
namespace {

TransactionRecord sample(const std::array<Recipient, 3>& recipients) {
  TransactionRecord record;
  record.head.flow_id = 0x1234;
  record.status = TransactionStatus::kDelivered;
  record.helo = "mail.example.org";
  record.mail_from = "<alice.sender@example.org>";
  record.last_reply = "250 2.0.0 Ok: queued as 4F2A81C0D3";
  record.recipients = recipients;
  record.recipients_sent = 3;
  return record;
}

constexpr std::array<Recipient, 3> kRecipients{Recipient{"<bob@example.net>", 250},
                                               Recipient{"<carol@example.net>", 250},
                                               Recipient{"<dave@example.com>", 550}};

void write_transaction(benchmark::State& state) {
  const TransactionRecord record = sample(kRecipients);
  static std::array<std::uint8_t, 64 * 1024> buffer;
  std::size_t at = 0;
  for (auto _ : state) {
    RecordWriter writer({buffer.data() + at, buffer.size() - at}, RecordWriter::Mode::kWhole);
    record.write(writer);
    at = writer.fits() ? at + writer.size() : 0;
    benchmark::DoNotOptimize(buffer.data());
  }
}
BENCHMARK(write_transaction);

void send_and_drain(benchmark::State& state) {
  RecordChannel channel(EventSettings{}, WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  RecordMerger merger({&channel}, 0);
  RecordScratch scratch;
  TransactionRecord record = sample(kRecipients);
  std::size_t told = 0;
  for (auto _ : state) {
    record.head.time += 1000;
    sender.send(record);
    if (record.head.time % 64'000 != 0) continue;
    sender.reached(record.head.time);
    told += merger.merge([&scratch](const ArrivedRecord& arrived) {
      TransactionRecord read;
      benchmark::DoNotOptimize(arrived.read_as(read, scratch));
    });
  }
  state.counters["lost"] = static_cast<double>(channel.lost(RecordKind::kTransaction));
  state.counters["told"] = static_cast<double>(told);
}
BENCHMARK(send_and_drain);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
