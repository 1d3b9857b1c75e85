// SPDX-License-Identifier: Apache-2.0
// What a record costs the window detectors: quiet clients that no detector tells of, and ones that are open.
#include <benchmark/benchmark.h>

#include "base/hash.h"
#include "detect/detection_room.h"

namespace mailtap {
namespace {

constexpr TimeNs kStart = 1'700'006'400 * kSecondNs;

class NoSink final : public AlertSink {
 public:
  void on_alert(const Alert& alert) override { benchmark::DoNotOptimize(alert.count); }
};

IpAddress inside(std::uint64_t n) {
  const std::uint8_t four[] = {10, static_cast<std::uint8_t>(n >> 16), static_cast<std::uint8_t>(n >> 8),
                               static_cast<std::uint8_t>(n)};
  return IpAddress::from_v4(four);
}

// Records come a millisecond apart, from as many clients as given in turn.
template <typename Record>
void give(benchmark::State& state, Record record) {
  const DetectSettings settings;
  NoSink sink;
  DetectionRoom room(settings, sink, 1);
  std::uint64_t n = 0;
  for (auto _ : state) {
    ++n;
    record.flow.client = inside(n % static_cast<std::uint64_t>(state.range(0)));
    record.head.time = kStart + static_cast<TimeNs>(n) * kMillisecondNs;
    record.head.flow_id = n;
    if constexpr (requires { record.hmac; }) std::memcpy(record.hmac.data(), &n, sizeof n);
    room.advance(record.head.time);
    room.take(record);
  }
}

void BM_TakeTransaction(benchmark::State& state) {
  TransactionRecord record;
  record.status = TransactionStatus::kDelivered;
  record.recipients_sent = 2;
  give(state, record);
}
BENCHMARK(BM_TakeTransaction)->Arg(10)->Arg(20'000);

void BM_TakeProbe(benchmark::State& state) { give(state, ProbeRecord{}); }
BENCHMARK(BM_TakeProbe)->Arg(10)->Arg(20'000);

void BM_TakeRefusedPassword(benchmark::State& state) {
  AuthRecord record;
  record.code = 535;
  record.secret_kind = SecretKind::kPassword;
  record.username = "somebody@example.org";
  give(state, record);
}
BENCHMARK(BM_TakeRefusedPassword)->Arg(10)->Arg(20'000);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
