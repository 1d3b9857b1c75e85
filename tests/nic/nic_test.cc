// SPDX-License-Identifier: Apache-2.0
// One test a process: DPDK starts once.
#include "nic/nic.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "../capture/pcap_bytes.h"
#include "capture/capture_source.h"

namespace mailtap {
namespace {

constexpr DurationNs kIdle = 200 * kMillisecondNs;

class Nic : public CaptureFolder {
 protected:
  // `n` frames of up to `size_max` bytes, a millisecond apart.
  std::string capture(const std::string& name, std::size_t n, std::size_t size_max = 1500) const {
    PcapBytes file;
    file.header();
    std::mt19937 random(4);
    for (std::size_t i = 0; i < n; ++i) {
      std::string bytes(14 + random() % (size_max - 14), '\0');
      for (char& c : bytes) c = static_cast<char>(random());
      file.record(static_cast<std::uint32_t>(1700000000 + i / 1000),
                  static_cast<std::uint32_t>(i % 1000 * 1000), bytes);
    }
    return write(name, file.content);
  }

  static NicSettings settings_for(const std::vector<std::string>& files) {
    NicSettings settings;
    for (std::size_t i = 0; i < files.size(); ++i)
      settings.devices.push_back("net_pcap" + std::to_string(i) + ",rx_pcap=" + files[i]);
    settings.huge_pages = HugePages::kNo;
    settings.mbufs = 2047;
    settings.stop_when_idle_ns = kIdle;
    return settings;
  }
};

std::unique_ptr<mailtap::Nic> opened(const NicSettings& settings) {
  auto nic = mailtap::Nic::open(settings);
  if (!nic) {
    ADD_FAILURE() << nic.reason();
    return nullptr;
  }
  return std::move(nic.value());
}

struct Seen {
  std::string bytes;
  TimeNs time;
  bool operator==(const Seen&) const = default;
};

std::vector<Seen> drain(PacketSource& source) {
  std::vector<Seen> all;
  std::array<Frame, 64> frames;
  for (;;) {
    const Receipt receipt = source.receive(frames);
    if (receipt.state != SourceState::kMore) return all;
    for (std::size_t i = 0; i < receipt.count; ++i)
      all.push_back({std::string(as_text(frames[i].bytes())), frames[i].time});
    source.release({frames.data(), receipt.count});
  }
}

std::vector<Seen> replay(const std::string& path) { return drain(*open_capture(path).value()); }

void expect_replay(const NicSettings& settings, const std::string& path, std::size_t n) {
  const std::vector<Seen> expected = replay(path);
  ASSERT_EQ(expected.size(), n);
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  ASSERT_EQ(nic->queues(), 1U);
  const std::vector<Seen> all = drain(nic->queue(0));
  ASSERT_EQ(all.size(), n);
  EXPECT_TRUE(all == expected);
  nic->poll_counters();
  EXPECT_EQ(nic->queue(0).counters().frames, n);
  EXPECT_EQ(nic->queue(0).counters().missed + nic->queue(0).counters().no_buffer, 0U);
}

TEST_F(Nic, ReadsACaptureAsItsReplayDoes) {
  const std::string path = capture("a.pcap", 5000);
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  expect_replay(settings_for({path}), path, 5000);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  const std::string mine = "mailtap-" + std::to_string(::getpid());
  EXPECT_FALSE(std::filesystem::exists("/var/run/dpdk/" + mine));
}

// Takes pages for the test and gives them back.
class BorrowedHugePages {
 public:
  BorrowedHugePages() {
    std::ifstream(kFile) >> before_;
    std::ofstream(kFile) << before_ + 64;
    long now = 0;
    std::ifstream(kFile) >> now;
    there_ = now >= before_ + 64;
  }
  ~BorrowedHugePages() { std::ofstream(kFile) << before_; }
  BorrowedHugePages(const BorrowedHugePages&) = delete;
  BorrowedHugePages& operator=(const BorrowedHugePages&) = delete;
  bool there() const { return there_; }

 private:
  static constexpr const char* kFile = "/proc/sys/vm/nr_hugepages";
  long before_ = 0;
  bool there_ = false;
};

TEST_F(Nic, ReadsACaptureWithHugePages) {
  const BorrowedHugePages pages;
  if (!pages.there()) GTEST_SKIP() << "no huge pages to be had here (needs root and free memory)";
  const std::string path = capture("a.pcap", 3000);
  NicSettings settings = settings_for({path});
  settings.huge_pages = HugePages::kYes;
  expect_replay(settings, path, 3000);
}

TEST_F(Nic, LosesNothingWhileItsFramesAreLent) {
  const std::string path = capture("a.pcap", 6000);
  const std::vector<Seen> expected = replay(path);
  NicSettings settings = settings_for({path});
  settings.mbufs = 1023;
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  std::deque<Frame> lent;
  std::vector<Seen> all;
  std::array<Frame, 64> frames;
  bool starved = false;
  for (;;) {
    const Receipt receipt = nic->queue(0).receive(frames);
    if (receipt.state != SourceState::kMore) break;
    lent.insert(lent.end(), frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(receipt.count));
    if (receipt.count > 0) continue;
    starved = starved || lent.size() > 500;
    for (; !lent.empty(); lent.pop_front()) {
      all.push_back({std::string(as_text(lent.front().bytes())), lent.front().time});
      nic->queue(0).release({&lent.front(), 1});
    }
  }
  EXPECT_TRUE(starved);
  EXPECT_TRUE(all == expected) << all.size();
  nic->poll_counters();
  EXPECT_EQ(nic->queue(0).counters().no_buffer, 0U);
}

TEST_F(Nic, StopsWhenItIsTold) {
  NicSettings settings = settings_for({capture("a.pcap", 50)});
  settings.stop_when_idle_ns = 0;
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  std::array<Frame, 64> frames;
  const Receipt first = nic->queue(0).receive(frames);
  EXPECT_EQ(first.count, 50U);
  nic->queue(0).release({frames.data(), first.count});
  for (int i = 0; i < 1000; ++i) ASSERT_EQ(nic->queue(0).receive(frames).state, SourceState::kMore);
  nic->stop();
  EXPECT_EQ(nic->queue(0).receive(frames).state, SourceState::kEnded);
}

TEST_F(Nic, ReadsALiveDeviceByTheClock) {
  NicSettings settings;
  settings.devices = {"net_null0"};
  settings.huge_pages = HugePages::kNo;
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  const auto wall = [] {
    return std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
  };
  std::thread worker([&nic, &wall] {
    const NicThread thread;
    std::array<Frame, 32> frames;
    TimeNs last = 0;
    for (int i = 0; i < 1000; ++i) {
      const Receipt receipt = nic->queue(0).receive(frames);
      ASSERT_EQ(receipt.count, 32U);
      ASSERT_GE(frames[0].time, last);
      last = frames[31].time;
      ASSERT_NEAR(static_cast<double>(last), static_cast<double>(wall()), 0.5e9);
      ASSERT_EQ(receipt.now, last);
      nic->queue(0).release({frames.data(), receipt.count});
    }
  });
  worker.join();
  nic->stop();
  std::array<Frame, 64> frames;
  std::size_t drained = 0;
  for (;;) {
    const Receipt receipt = nic->queue(0).receive(frames);
    if (receipt.state == SourceState::kEnded) break;
    drained += receipt.count;
    nic->queue(0).release({frames.data(), receipt.count});
  }
  EXPECT_LE(drained, settings.rx_descriptors);
}

TEST_F(Nic, ReadsACaptureWithoutEndByTheClock) {
  NicSettings settings = settings_for({capture("a.pcap", 100)});
  settings.devices[0] += ",infinite_rx=1";
  settings.stop_when_idle_ns = 0;
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  std::array<Frame, 64> frames;
  std::size_t seen = 0;
  while (seen < 1000) {
    const Receipt receipt = nic->queue(0).receive(frames);
    ASSERT_GT(receipt.count, 0U);
    const auto wall = std::chrono::nanoseconds(std::chrono::system_clock::now().time_since_epoch()).count();
    ASSERT_NEAR(static_cast<double>(frames[0].time), static_cast<double>(wall), 0.5e9);
    ASSERT_EQ(receipt.now, frames[receipt.count - 1].time);
    nic->queue(0).release({frames.data(), receipt.count});
    seen += receipt.count;
  }
}

void expect_no_room(NicSettings settings) {
  settings.devices[0] += ",infinite_rx=1";
  const auto nic = mailtap::Nic::open(settings);
  ASSERT_FALSE(nic.ok());
  EXPECT_NE(nic.reason().find("nic.mbufs (2047)"), std::string::npos) << nic.reason();
}

TEST_F(Nic, SaysThatACaptureWithoutEndFillsItsBuffers) {
  expect_no_room(settings_for({capture("a.pcap", 3000)}));
}

TEST_F(Nic, SaysThatACaptureWithoutEndLeavesTooFewBuffers) {
  expect_no_room(settings_for({capture("a.pcap", 2000)}));
}

PcapBytes one_jumbo() {
  PcapBytes file;
  file.header().record(1, 0, std::string(60, 'a')).record(2, 0, std::string(9000, 'b'));
  return file.record(3, 0, std::string(60, 'c'));
}

TEST_F(Nic, CountsAFrameThatItsBuffersDoNotHold) {
  const auto nic = opened(settings_for({write("a.pcap", one_jumbo().content)}));
  ASSERT_NE(nic, nullptr);
  const std::vector<Seen> all = drain(nic->queue(0));
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1].bytes, std::string(60, 'c'));
  EXPECT_EQ(nic->queue(0).counters().errors, 1U);
}

TEST_F(Nic, ReadsJumboFramesWithAnMtuForThem) {
  NicSettings settings = settings_for({write("a.pcap", one_jumbo().content)});
  settings.mtu = 9000;
  const auto nic = opened(settings);
  ASSERT_NE(nic, nullptr);
  const std::vector<Seen> all = drain(nic->queue(0));
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[1].bytes, std::string(9000, 'b'));
}

TEST_F(Nic, ReadsSeveralDevicesInTurn) {
  const auto nic = opened(settings_for({capture("a.pcap", 300), capture("b.pcap", 500)}));
  ASSERT_NE(nic, nullptr);
  const std::vector<Seen> all = drain(nic->queue(0));
  EXPECT_EQ(all.size(), 800U);
  for (std::size_t i = 1; i < all.size(); ++i) ASSERT_GE(all[i].time, all[i - 1].time);
}

TEST_F(Nic, NamesADeviceThatIsNotThere) {
  NicSettings settings;
  settings.devices = {"net_nonsense0"};
  settings.huge_pages = HugePages::kNo;
  testing::internal::CaptureStderr();
  const auto nic = mailtap::Nic::open(settings);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(nic.ok());
  EXPECT_NE(nic.reason().find("net_nonsense0"), std::string::npos) << nic.reason();
  EXPECT_EQ(nic.reason().find('\n'), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists("/var/run/dpdk/mailtap-" + std::to_string(::getpid())));
}

TEST_F(Nic, SaysWhyACaptureIsNotThere) {
  testing::internal::CaptureStderr();
  const auto nic = mailtap::Nic::open(settings_for({folder_ + "/missing.pcap"}));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  ASSERT_FALSE(nic.ok());
  EXPECT_NE(nic.reason().find("missing.pcap: No such file or directory"), std::string::npos) << nic.reason();
}

TEST_F(Nic, StartsOnceAProcess) {
  const NicSettings settings = settings_for({capture("a.pcap", 5)});
  opened(settings);
  const auto again = mailtap::Nic::open(settings);
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.reason(), "DPDK was started in this process before");
}

TEST_F(Nic, AsksForTheMemoryItsPoolsNeed) {
  NicSettings settings;
  settings.mbufs = 16383;
  const std::uint32_t one = nic_memory_mb(settings);
  settings.rx_queues = 3;
  EXPECT_NEAR(nic_memory_mb(settings) - one, 2 * 16383 * 2432.0 / (1 << 20), 2);
  settings.memory_mb = 77;
  EXPECT_EQ(nic_memory_mb(settings), 77U);
}

}  // namespace
}  // namespace mailtap
