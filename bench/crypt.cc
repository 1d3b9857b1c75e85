// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <array>
#include <string>

#include "crypt/base64.h"
#include "crypt/digest.h"
#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"

namespace mailtap {
namespace {

void decode_auth_line(benchmark::State& state) {
  const std::string line = "AGpvZUBleGFtcGxlLmNvbQBhIHBhc3N3b3Jk";
  std::array<std::uint8_t, 64> out{};
  for (auto _ : state) benchmark::DoNotOptimize(base64_decode(line, out));
}
BENCHMARK(decode_auth_line);

void sha1_of_a_flow(benchmark::State& state) {
  const std::array<std::uint8_t, 42> flow{};
  for (auto _ : state) benchmark::DoNotOptimize(sha1(flow));
}
BENCHMARK(sha1_of_a_flow);

void keyed_hash_of_a_credential(benchmark::State& state) {
  const KeyedHash hash = KeyedHash::random();
  for (auto _ : state) benchmark::DoNotOptimize(hash.hash("joe@example.com", as_bytes("a password")));
}
BENCHMARK(keyed_hash_of_a_credential);

void seal_a_credential(benchmark::State& state) {
  const std::string key(42, 'B');  // any point of the curve will do
  const Result<SealingKey> usable = SealingKey::from_base64(key + "A=");
  if (!usable) {
    state.SkipWithError(usable.reason().c_str());
    return;
  }
  Sealer sealer(usable.value());
  std::array<std::uint8_t, 64> out{};
  for (auto _ : state) benchmark::DoNotOptimize(sealer.seal(as_bytes("a password"), out));
}
BENCHMARK(seal_a_credential);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
