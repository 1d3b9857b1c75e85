// SPDX-License-Identifier: Apache-2.0
// Walks a capture of 64 MiB in a file of its own: what a frame costs before anybody looks into it, by block
// size.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>

#include "capture/capture_source.h"

namespace mailtap {
namespace {

constexpr std::size_t kFileBytes = std::size_t{64} << 20;
constexpr std::uint32_t kFrameBytes = 654;  // with its record header, near the mean of a mail link

class CaptureOfItsOwn {
 public:
  CaptureOfItsOwn() {
    std::string name = "/tmp/mailtap-bench-XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd >= 0) ::close(fd);
    path_ = name;
    std::ofstream file(path_, std::ios::binary);
    put(file, {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1});
    const std::string bytes(kFrameBytes, 'x');
    for (std::uint32_t i = 0; i < kFileBytes / (kFrameBytes + 16); ++i) {
      put(file, {i, 0, kFrameBytes, kFrameBytes});
      file << bytes;
    }
  }
  ~CaptureOfItsOwn() { ::unlink(path_.c_str()); }
  CaptureOfItsOwn(const CaptureOfItsOwn&) = delete;
  CaptureOfItsOwn& operator=(const CaptureOfItsOwn&) = delete;
  const std::string& path() const { return path_; }

 private:
  static void put(std::ofstream& file, std::initializer_list<std::uint32_t> words) {
    for (const std::uint32_t word : words) file.write(reinterpret_cast<const char*>(&word), sizeof word);
  }
  std::string path_;
};

std::uint64_t walk(PacketSource& source) {
  std::array<Frame, 64> frames;
  std::uint64_t sum = 0;
  for (;;) {
    const Receipt receipt = source.receive(frames);
    if (receipt.state != SourceState::kMore) return sum;
    for (std::size_t i = 0; i < receipt.count; ++i) sum += frames[i].data[12];
    source.release({frames.data(), receipt.count});
  }
}

void walk_a_capture(benchmark::State& state) {
  static const CaptureOfItsOwn capture;
  CaptureSettings settings;
  settings.block_bytes = static_cast<std::uint32_t>(state.range(0) << 10);
  for (auto _ : state) {
    auto source = open_captures({capture.path()}, settings);
    if (!source) {
      state.SkipWithError(source.reason().c_str());
      return;
    }
    benchmark::DoNotOptimize(walk(*source.value()));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kFileBytes));
}
BENCHMARK(walk_a_capture)->Arg(64)->Arg(128)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
