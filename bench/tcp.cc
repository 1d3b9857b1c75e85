// SPDX-License-Identifier: Apache-2.0
// Reassembly by segment: in order, swapped pairs, a direction that lags, every packet twice, gone to TLS.
#include <benchmark/benchmark.h>

#include <array>

#include "tcp/stream_reassembler.h"

namespace mailtap {
namespace {

class Sink final : public StreamConsumer {
 public:
  void on_chunk(Side, Bytes bytes, TimeNs) override { sum += bytes.size(); }
  void on_gap(Side, std::uint64_t bytes, TimeNs) override { sum += bytes; }
  void on_conflict(Side, TimeNs) override {}
  void on_close(Side, TimeNs) override {}
  void on_reset(Side, TimeNs) override {}
  std::uint64_t sum = 0;
};

constexpr std::uint32_t kSize = 512;

struct Connection {
  Connection() : pool(2048, 1024), reassembler({}, pool, 4) {
    StreamSegment syn = make(Side::kA, 0, 0);
    syn.flags = stream_flag::kSyn;
    reassembler.on_segment(state, syn, sink);
    StreamSegment answer = make(Side::kB, 0, 1);
    answer.flags = stream_flag::kSyn | stream_flag::kAck;
    reassembler.on_segment(state, answer, sink);
  }
  StreamSegment make(Side from, std::uint32_t at, std::uint32_t ack) const {
    StreamSegment segment;
    segment.from = from;
    segment.seq = at;
    segment.ack = ack;
    segment.flags = stream_flag::kAck;
    return segment;
  }
  void say(Side from, std::uint32_t at, std::uint32_t ack) {
    StreamSegment segment = make(from, at, ack);
    segment.payload = payload;
    reassembler.on_segment(state, segment, sink);
  }
  std::array<std::uint8_t, kSize> payload{};
  PagePool pool;
  StreamReassembler reassembler;
  StreamState state;
  Sink sink;
  std::uint32_t seq = 1;
};

void count(benchmark::State& state, Connection& connection, std::int64_t segments) {
  benchmark::DoNotOptimize(connection.sink.sum);
  state.SetItemsProcessed(state.iterations() * segments);
}

void in_order(benchmark::State& state) {
  Connection c;
  for (auto _ : state) {
    c.say(Side::kA, c.seq, 1);
    c.seq += kSize;
  }
  count(state, c, 1);
}

void swapped_pair(benchmark::State& state) {
  Connection c;
  for (auto _ : state) {
    c.say(Side::kA, c.seq + kSize, 1);
    c.say(Side::kA, c.seq, 1);
    c.seq += 2 * kSize;
  }
  count(state, c, 2);
}

void reply_before_command(benchmark::State& state) {
  Connection c;
  for (auto _ : state) {
    c.say(Side::kB, c.seq, c.seq + kSize);
    c.say(Side::kA, c.seq, c.seq);
    c.seq += kSize;
  }
  count(state, c, 2);
}

void every_packet_twice(benchmark::State& state) {
  Connection c;
  for (auto _ : state) {
    c.say(Side::kA, c.seq, 1);
    c.say(Side::kA, c.seq, 1);
    c.seq += kSize;
  }
  count(state, c, 2);
}

void gone_to_tls(benchmark::State& state) {
  Connection c;
  c.reassembler.skip(c.state);
  for (auto _ : state) {
    c.say(Side::kA, c.seq, 1);
    c.seq += kSize;
  }
  count(state, c, 1);
}

BENCHMARK(in_order);
BENCHMARK(swapped_pair);
BENCHMARK(reply_before_command);
BENCHMARK(every_packet_twice);
BENCHMARK(gone_to_tls);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
