// SPDX-License-Identifier: Apache-2.0
// Walks a capture of 64 MiB in a file of its own: what a frame costs before anybody looks into it, by block
// size; as pcapng; packed by gzip; dealt to several files that are merged again.
#include <benchmark/benchmark.h>
#include <unistd.h>
#include <zlib.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "capture/capture_source.h"

namespace mailtap {
namespace {

constexpr std::size_t kFileBytes = std::size_t{64} << 20;
constexpr std::uint32_t kFrameBytes = 654;  // with its record header, near the mean of a mail link

constexpr std::uint32_t kRecords = kFileBytes / (kFrameBytes + 16);

void put(std::string& content, std::initializer_list<std::uint32_t> words) {
  for (const std::uint32_t word : words) content.append(reinterpret_cast<const char*>(&word), sizeof word);
}

// Every `step`th record from `first` on.
std::string pcap(std::uint32_t first = 0, std::uint32_t step = 1) {
  std::string content;
  put(content, {0xa1b2c3d4, 0x00040002, 0, 0, 65535, 1});
  for (std::uint32_t i = first; i < kRecords; i += step) {
    put(content, {i, 0, kFrameBytes, kFrameBytes});
    content.append(kFrameBytes, 'x');
  }
  return content;
}

std::string pcapng() {
  constexpr std::uint32_t kFilled = (kFrameBytes + 3) / 4 * 4, kBlock = 32 + kFilled;
  std::string content;
  put(content, {0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28, 1, 20, 1, 0, 20});
  for (std::uint32_t i = 0; i < kRecords; ++i) {
    const std::uint64_t micros = std::uint64_t{i} * 1'000'000;
    put(content, {6, kBlock, 0, static_cast<std::uint32_t>(micros >> 32), static_cast<std::uint32_t>(micros),
                  kFrameBytes, kFrameBytes});
    content.append(kFilled, 'x');
    put(content, {kBlock});
  }
  return content;
}

class FileOfItsOwn {
 public:
  explicit FileOfItsOwn(const std::string& content) {
    std::string name = "/tmp/mailtap-bench-XXXXXX";
    const int fd = ::mkstemp(name.data());
    if (fd >= 0) ::close(fd);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~FileOfItsOwn() { ::unlink(path_.c_str()); }
  FileOfItsOwn(const FileOfItsOwn&) = delete;
  FileOfItsOwn& operator=(const FileOfItsOwn&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string gzip(const std::string& content) {
  const FileOfItsOwn packed("");
  gzFile file = gzopen(packed.path().c_str(), "wb1");
  gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
  gzclose(file);
  std::ifstream back(packed.path(), std::ios::binary);
  return {std::istreambuf_iterator<char>(back), {}};
}

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

void walk_files(benchmark::State& state, const std::vector<std::string>& paths,
                const CaptureSettings& settings) {
  for (auto _ : state) {
    auto source = open_captures(paths, settings);
    if (!source) {
      state.SkipWithError(source.reason().c_str());
      return;
    }
    benchmark::DoNotOptimize(walk(*source.value()));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) *
                          static_cast<std::int64_t>(kFileBytes));
}

void walk_a_capture(benchmark::State& state) {
  static const FileOfItsOwn capture(pcap());
  CaptureSettings settings;
  settings.block_bytes = static_cast<std::uint32_t>(state.range(0) << 10);
  walk_files(state, {capture.path()}, settings);
}
BENCHMARK(walk_a_capture)->Arg(64)->Arg(128)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond);

void walk_pcapng(benchmark::State& state) {
  static const FileOfItsOwn capture(pcapng());
  walk_files(state, {capture.path()}, {});
}
BENCHMARK(walk_pcapng)->Unit(benchmark::kMillisecond);

void walk_gzip(benchmark::State& state) {
  static const FileOfItsOwn capture(gzip(pcap()));
  walk_files(state, {capture.path()}, {});
}
BENCHMARK(walk_gzip)->Unit(benchmark::kMillisecond);

// The worst case: each frame is in another file than the one before it.
void merge_files(benchmark::State& state) {
  const auto n = static_cast<std::uint32_t>(state.range(0));
  std::vector<std::unique_ptr<FileOfItsOwn>> files;
  std::vector<std::string> paths;
  for (std::uint32_t i = 0; i < n; ++i) {
    files.push_back(std::make_unique<FileOfItsOwn>(pcap(i, n)));
    paths.push_back(files.back()->path());
  }
  walk_files(state, paths, {});
}
BENCHMARK(merge_files)->Arg(2)->Arg(8)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace mailtap

BENCHMARK_MAIN();
