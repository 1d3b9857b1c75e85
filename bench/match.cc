// SPDX-License-Identifier: Apache-2.0
// One scan a line against one scan a chunk: the chunk scan wins from a few lines up.
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "match/matcher.h"
#include "match/pattern_set.h"

namespace mailtap {
namespace {

const PatternSet& patterns() {
  static const std::shared_ptr<const PatternSet> kSet = PatternSet::compile().value();
  return *kSet;
}

std::string chunk_of(std::int64_t lines) {
  std::string chunk = "MAIL FROM:<sender@client.example> SIZE=4096\r\n";
  for (std::int64_t i = 1; i < lines; ++i)
    chunk += "RCPT TO:<recipient" + std::to_string(i) + "@server.example>\r\n";
  return chunk;
}

void scan_each_line(benchmark::State& state) {
  Matcher matcher(patterns());
  const std::string chunk = chunk_of(state.range(0));
  std::array<Match, kMatchesALineMax> out;
  for (auto _ : state) {
    for (std::size_t start = 0; start < chunk.size();) {
      const std::size_t end = chunk.find('\n', start) + 1;
      benchmark::DoNotOptimize(
          matcher.scan_line(as_bytes(std::string_view(chunk).substr(start, end - start)), out));
      start = end;
    }
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void scan_chunk(benchmark::State& state) {
  Matcher matcher(patterns());
  const std::string chunk = chunk_of(state.range(0));
  std::array<Match, 128> out;
  for (auto _ : state) benchmark::DoNotOptimize(matcher.scan_lines(as_bytes(chunk), out));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void scan_auth_line(benchmark::State& state) {
  Matcher matcher(patterns());
  std::array<Match, kMatchesALineMax> out;
  for (auto _ : state) benchmark::DoNotOptimize(matcher.scan_line(as_bytes("AUTH CRAM-MD5\r\n"), out));
}

BENCHMARK(scan_each_line)->Arg(1)->Arg(2)->Arg(3)->Arg(5)->Arg(50);
BENCHMARK(scan_chunk)->Arg(1)->Arg(2)->Arg(3)->Arg(5)->Arg(50);
BENCHMARK(scan_auth_line);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
