// SPDX-License-Identifier: Apache-2.0
// What a source takes while it runs: every operator new of this program is counted, and may be refused; what
// zlib takes by malloc is seen by the heap's size.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/resource.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include "gzip_bytes.h"
#include "pcap_bytes.h"
#include "pcapng_bytes.h"
#include "seen_frames.h"

namespace {

std::size_t taken = 0;  // tests of this room outcome on one thread when they look
bool refused = false;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
  __atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
  void* memory = refused ? nullptr : std::malloc(size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
  __atomic_add_fetch(&taken, 1, __ATOMIC_RELAXED);
  return refused ? nullptr : std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace mailtap {
namespace {

using CaptureMemory = CaptureFolder;

struct Outcome {
  std::size_t frames = 0;
  std::size_t allocations = 0;
  std::size_t heap_grown = 0;
  SourceState state = SourceState::kMore;
};

// To the end, looking at nothing but receive() and release().
Outcome run_counted(PacketSource& source, bool refuse) {
  Outcome outcome;
  std::vector<Frame> frames(16);
  const std::size_t before = taken;
  const auto heap = [] {
    const struct mallinfo2 info = ::mallinfo2();
    return info.uordblks + info.hblkhd;
  };
  refused = refuse;
  while (outcome.state == SourceState::kMore) {
    const std::size_t size = heap();
    const Receipt receipt = source.receive(frames);
    if (heap() > size) outcome.heap_grown += heap() - size;
    source.release({frames.data(), receipt.count});
    outcome.frames += receipt.count;
    outcome.state = receipt.state;
  }
  refused = false;
  outcome.allocations = taken - before;
  return outcome;
}

std::string pcap_at(std::uint32_t second) {
  PcapBytes file;
  file.header().record(second, 0, "one").record(second + 15, 0, std::string(900, 'x'));
  return file.content;
}

std::string pcapng_at(std::uint64_t second) {
  PcapngBytes file;
  file.section().resolution(6).packet(second * 1'000'000, "one");
  return file.packet((second + 15) * 1'000'000, std::string(900, 'x')).content;
}

TEST_F(CaptureMemory, IsNotTakenWhileFilesOfAnyFormAreOpenedAndMerged) {
  std::vector<std::string> paths;
  for (std::uint32_t i = 0; i < 60; ++i) {
    const std::string content = i % 2 == 0 ? pcap_at(10 * i) : pcapng_at(10 * i);
    paths.push_back(write(std::to_string(i), i % 3 == 0 ? gzip(content) : content));
  }
  for (const std::uint32_t open_files : {1U, 3U, 256U}) {
    const std::size_t before = taken;
    const auto source = opened(paths, {4096, 2, open_files});
    EXPECT_GT(taken, before) << "nobody counts";
    const Outcome outcome = run_counted(*source, false);
    EXPECT_EQ(outcome.frames, 120U);
    EXPECT_EQ(outcome.state, SourceState::kEnded);
    EXPECT_EQ(outcome.allocations, 0U) << open_files;
    EXPECT_EQ(outcome.heap_grown, 0U) << open_files;
  }
}

TEST_F(CaptureMemory, IsNotNeededToReadOnBehindADamageThatCannotBeTold) {
  PcapBytes absurd;
  absurd.header().record(1, 0, "first");
  for (const std::uint32_t word : {2U, 0U, 300000U, 300000U}) absurd.u32(word);
  const std::string cut = gzip(pcap_at(2)), far = gzip(pcap_at(3));
  const std::vector<std::string> paths = {write("absurd", absurd.content),
                                          write("cut", cut.substr(0, cut.size() - 4)), write("far", far)};
  const std::string later = write("later", pcap_at(100));
  const auto source = opened({paths[0], paths[1], paths[2], later});
  std::filesystem::remove(later);
  const Outcome outcome = run_counted(*source, true);
  EXPECT_EQ(outcome.frames, 5U);
  EXPECT_EQ(outcome.state, SourceState::kFailed);
  EXPECT_STREQ(source->failure(), "out of memory");
}

class CaptureDescriptors : public CaptureFolder {
 protected:
  CaptureDescriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    for (std::uint32_t i = 0; i < 100; ++i) paths_.push_back(write(std::to_string(i), pcap_at(i)));
  }
  ~CaptureDescriptors() override { ::setrlimit(RLIMIT_NOFILE, &before_); }

  rlimit before_{};
  std::vector<std::string> paths_;
};

TEST_F(CaptureDescriptors, AreTakenUpToTheHardLimit) {
  const rlimit few{50, before_.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &few), 0);
  EXPECT_EQ(drain(*opened(paths_)).size(), 200U);
}

TEST_F(CaptureDescriptors, BeyondTheHardLimitAreTheOperatorsToAllow) {
  const auto told = [this] {
    const rlimit hard{120, 120};
    ::setrlimit(RLIMIT_NOFILE, &hard);
    const auto source = open_captures(paths_);
    const bool right = !source.ok() && source.reason() ==
                                           "100 files at once (capture.open_files_max) need 164 descriptors, "
                                           "of which 120 are allowed (ulimit -Hn)";
    std::_Exit(right ? 0 : 1);
  };
  EXPECT_EXIT(told(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace mailtap
