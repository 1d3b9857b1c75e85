// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/cycles.h"
#include "packet/decode.h"
#include "packet/defragmenter.h"
#include "tests/packet/encapsulations.h"

namespace mailtap {
namespace {

void put(Octets& to, std::initializer_list<int> bytes) {
  for (const int byte : bytes) to.push_back(static_cast<std::uint8_t>(byte));
}

void put_tcp(Octets& to, std::size_t payload) {
  put(to, {0x9c, 0x40, 0, 25, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x18, 0x10, 0, 0, 0, 0, 0});
  put(to, {1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2});
  to.resize(to.size() + payload, 'x');
}

Octets frame4(std::size_t payload) {
  Octets bytes(12, 2);
  const int total = static_cast<int>(20 + 32 + payload);
  put(bytes, {8, 0, 0x45, 0, total >> 8, total & 255, 0, 1, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
  put_tcp(bytes, payload);
  return bytes;
}

Octets frame6(std::size_t payload) {
  Octets bytes(12, 2);
  const int length = static_cast<int>(8 + 32 + payload);
  put(bytes, {0x86, 0xdd, 0x60, 0, 0, 0, length >> 8, length & 255, 60, 64});
  bytes.resize(bytes.size() + 32, 7);
  put(bytes, {6, 0, 1, 4, 0, 0, 0, 0});
  put_tcp(bytes, payload);
  return bytes;
}

Decoder decoder{PacketSettings{}};

void decode_frames(benchmark::State& state, const Octets& bytes, LinkType link = LinkType::kEthernet,
                   Drop expected = Drop::kNone) {
  Frame frame = frame_of(bytes, link);
  TcpSegment segment;
  const std::uint64_t begin = cycles_now();
  for (auto _ : state) {
    benchmark::DoNotOptimize(frame);
    benchmark::DoNotOptimize(decoder.decode(frame, segment));
    benchmark::DoNotOptimize(segment);
  }
  state.counters["cycles"] =
      static_cast<double>(cycles_now() - begin) / static_cast<double>(state.iterations());
  if (decoder.decode(frame, segment) != expected) state.SkipWithError("not decoded as it should be");
}
void decode_ipv4_tcp(benchmark::State& state) { decode_frames(state, frame4(500)); }
void decode_ipv6_with_an_extension(benchmark::State& state) { decode_frames(state, frame6(500)); }
BENCHMARK(decode_ipv4_tcp);
BENCHMARK(decode_ipv6_with_an_extension);

// What most of a tap's frames besides TCP are.
void leave_plain_udp(benchmark::State& state) {
  decode_frames(state, ethernet(0x0800, outer4(17, udp(53, Octets(60, 0)))), LinkType::kEthernet,
                Drop::kNotTcp);
}
void find_a_fragment(benchmark::State& state) {
  decode_frames(state, ethernet(0x0800, ipv4_with(520, Octets(500, 0), 6, 0x2000)), LinkType::kEthernet,
                Drop::kFragment);
}

// A datagram in `count` fragments, put together and given back; bytes are those of its payload.
void put_together(benchmark::State& state) {
  const auto count = static_cast<std::uint32_t>(state.range(0));
  FragmentCounters counters;
  Defragmenter defragmenter(PacketSettings{}, 1, counters);
  const Octets bytes(1480, 7);
  IpFragment fragment;
  fragment.protocol = 6;
  fragment.size = static_cast<std::uint32_t>(bytes.size());
  fragment.data = bytes;
  Frame whole;
  for (auto _ : state) {
    ++fragment.id;
    fragment.time += kMillisecondNs;
    for (std::uint32_t i = count; i-- > 0;) {
      fragment.offset = i * fragment.size;
      fragment.more = i + 1 != count;
      defragmenter.add(fragment, 0, whole);
    }
    if (whole.data == nullptr) return state.SkipWithError("not whole");
    defragmenter.release(whole);
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()) * count);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * count * 1480);
}
BENCHMARK(put_together)->Arg(2)->Arg(3)->Arg(44);
BENCHMARK(leave_plain_udp);
BENCHMARK(find_a_fragment);

void add_encapsulations() {
  for (const Encapsulation& one : encapsulations())
    benchmark::RegisterBenchmark(("decode: " + one.name).c_str(), [one](benchmark::State& state) {
      decode_frames(state, one.bytes, one.link);
    });
}

void checksum(benchmark::State& state) {
  const Octets bytes = frame4(static_cast<std::size_t>(state.range(0)));
  TcpSegment segment;
  if (decoder.decode(frame_of(bytes), segment) != Drop::kNone) state.SkipWithError("not decoded");
  for (auto _ : state) benchmark::DoNotOptimize(verify_checksum(segment));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0));
}
BENCHMARK(checksum)->Arg(0)->Arg(64)->Arg(1448)->Arg(32768);

}  // namespace
}  // namespace mailtap

int main(int argc, char** argv) {
  mailtap::add_encapsulations();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
