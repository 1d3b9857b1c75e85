// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/human.h"
#include "app/memory_sum.h"
#include "app/out_folder.h"
#include "app/progress.h"
#include "app/rehearsal.h"

namespace mailtap {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

TEST(Progress, SaysBytesShareRateAndTimeLeft) {
  SourceCounters counters;
  counters.frames = 3'000'000;
  counters.bytes_read = std::uint64_t{1} << 29;
  counters.bytes_total = std::uint64_t{1} << 30;
  const std::string line = progress_line(counters, std::chrono::duration<double>(2), 100);
  EXPECT_EQ(line, "[############............]  50 %  512.0 MiB of 1.0 GiB  2 s left  1.5 M packets/s");
  const auto in_columns = [&counters](std::size_t width) {
    return progress_line(counters, std::chrono::duration<double>(2), width);
  };
  EXPECT_EQ(in_columns(line.size()),
            "[###########............]  50 %  512.0 MiB of 1.0 GiB  2 s left  1.5 M packets/s")
      << "a terminal's last column stays free";
  EXPECT_EQ(in_columns(60), " 50 %  512.0 MiB of 1.0 GiB  2 s left  1.5 M packets/s");
  EXPECT_EQ(in_columns(8), " 50 %  ");
}

TEST(Progress, DoesWithoutTheShareOfAPipe) {
  SourceCounters counters;
  counters.frames = 10;
  counters.bytes_read = 2048;
  EXPECT_EQ(progress_line(counters, std::chrono::duration<double>(1), 80), "2.0 KiB  10 packets/s");
}

TEST(MemorySum, GrowsByWhatASettingAdds) {
  Config config;
  const auto total = [&config] {
    std::uint64_t sum = 0;
    for (const MemoryTerm& term : worker_memory(config, 1)) sum += term.total();
    return sum;
  };
  const std::uint64_t before = total();
  config.pipeline.held_pages += 1000;
  EXPECT_EQ(total() - before, 1000 * std::uint64_t{config.pipeline.held_page_bytes});
  config.flow.flows_max *= 2;
  EXPECT_GE(total() - before, config.flow.flows_max / 2 * std::uint64_t{64});
}

TEST(MemorySum, CountsRingsOnlyWhereThereAreSeveralWorkers) {
  EXPECT_EQ(worker_memory(Config{}, 2).size(), worker_memory(Config{}, 1).size() + 1);
}

TEST(MemorySum, CountsTheBuffersOfDpdkWhereThereAreDevices) {
  Config config;
  const auto total = [&config] {
    std::uint64_t sum = 0;
    for (const MemoryTerm& term : shared_memory(config)) sum += term.total();
    return sum;
  };
  const std::uint64_t before = total();
  config.nic.mbufs = 1023;
  EXPECT_EQ(total(), before) << "a replay takes none";
  config.nic.devices = {"net_null0"};
  const std::uint64_t few = total();
  EXPECT_GT(few, before + 1023 * 2048);
  config.nic.mbufs += 1000;
  EXPECT_EQ(total() - few, 1000U * nic_mbuf_bytes(config.nic));
  config.nic.memory_mb = 500;
  EXPECT_EQ(total(), before + (std::uint64_t{500} << 20)) << "that much is reserved, used or not";
}

TEST(OutFolder, IsMadeAndIsNobodyElsesWhileItIsOpen) {
  std::string root = (std::filesystem::temp_directory_path() / "mailtap-out-XXXXXX").string();
  ASSERT_NE(::mkdtemp(root.data()), nullptr);
  const std::string path = root + "/a/b";
  {
    const Result<OutFolder> first = OutFolder::open(path);
    ASSERT_TRUE(first.ok());
    const Result<OutFolder> second = OutFolder::open(path);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.reason(), path + ": is in use by another mailtap");
  }
  EXPECT_TRUE(OutFolder::open(path).ok());
  EXPECT_FALSE(OutFolder::open(path + "/.mailtap.lock").ok());
  std::filesystem::remove_all(root);
}

class Rehearsals : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = (fs::temp_directory_path() / "mailtap-out-XXXXXX").string();
    ASSERT_NE(::mkdtemp(root_.data()), nullptr);
    config_.match.cache = false;
  }
  void TearDown() override { fs::remove_all(root_); }
  std::vector<std::string> faults(const std::string& out) const { return rehearse(config_, out).faults; }

  std::string root_;
  Config config_;
};

TEST_F(Rehearsals, LeaveNothingBehind) {
  config_.privacy.key_file = root_ + "/key";
  EXPECT_THAT(faults(root_ + "/a/b"), IsEmpty());
  EXPECT_THAT(faults(root_), IsEmpty());
  EXPECT_TRUE(fs::is_empty(root_));
}

TEST_F(Rehearsals, FindWhatAStartWouldFindOfItsOutput) {
  std::ofstream(root_ + "/file") << "x";
  EXPECT_THAT(faults(root_ + "/file/out"), ElementsAre(root_ + "/file: is no folder"));
  EXPECT_THAT(faults("/proc/mailtap"), ElementsAre(StartsWith("/proc: cannot be written: ")));
  fs::create_symlink(root_ + "/file", root_ + "/eve.json");
  EXPECT_THAT(faults(root_), ElementsAre(root_ + "/eve.json: is a symbolic link"));
  const Result<OutFolder> held = OutFolder::open(root_ + "/held");
  ASSERT_TRUE(held.ok());
  EXPECT_THAT(faults(root_ + "/held"), ElementsAre(root_ + "/held: is in use by another mailtap"));
}

TEST_F(Rehearsals, FindWhatAStartWouldFindOfItsKeys) {
  const std::string key = root_ + "/key";
  config_.privacy.key_file = key;
  std::ofstream(key) << std::string(32, 'k');
  fs::permissions(key, fs::perms::owner_read | fs::perms::others_read);
  config_.privacy.seal_public_key = std::string(43, 'A') + "=";
  EXPECT_THAT(faults(""), ElementsAre("privacy.key_file: " + key + ": key file must have mode 0600",
                                      StartsWith("privacy.seal_public_key: ")));
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  config_.privacy.seal_public_key.clear();
  EXPECT_THAT(faults(""), IsEmpty());
  config_.privacy.key_file = root_ + "/none/key";
  EXPECT_THAT(faults(""), ElementsAre("privacy.key_file: " + root_ + "/none: is no folder"));
}

TEST_F(Rehearsals, FindADeviceThatCannotBe) {
  config_.nic.devices = {"ffff:ff:1f.7"};
  EXPECT_THAT(faults(""), ElementsAre("nic.devices: ffff:ff:1f.7: this machine has no such PCI device"));
  for (const char* device : {"03:00.0", "0000:03:00.g", "eth0", "net_", "net_pcap0,", "net_pcap0,=x",
                             "net_pcap0,rx_pcap=a,,b=1", "net pcap0"}) {
    config_.nic.devices = {device};
    EXPECT_THAT(faults(""), ElementsAre(StartsWith("nic.devices: " + std::string(device) + ": is neither ")));
  }
  for (const char* device : {"net_null0", "net_pcap0,rx_pcap=a.pcap,infinite_rx=1", "eth_pcap1,iface=lo",
                             "net_tap0,remote", "net_bonding0,slave=[a,,b]"}) {
    config_.nic.devices = {device};
    EXPECT_THAT(faults(""), IsEmpty()) << device;
  }
}

TEST_F(Rehearsals, SayThatNoDeviceIsTried) {
  const auto findings = [this] { return rehearse(config_, "").findings; };
  const auto not_tried = ::testing::Contains(StartsWith("devices: not tried"));
  EXPECT_THAT(findings(), ::testing::Not(not_tried));
  config_.nic.devices = {"net_null0"};
  EXPECT_THAT(findings(), not_tried);
}

TEST_F(Rehearsals, SayWhichSizesCutAnEnvelopeShort) {
  const auto findings = [this] { return rehearse(config_, "").findings; };
  const auto listed = ::testing::Contains(StartsWith("recipients: smtp.recipients_max "));
  const auto cut = ::testing::Contains(StartsWith("records: "));
  EXPECT_THAT(findings(), ::testing::Not(::testing::AnyOf(listed, cut))) << "as it ships";
  config_.event.buffer_bytes = config_.smtp.transaction_text_max;
  EXPECT_THAT(findings(), cut);
  config_.smtp.recipients_max *= 2;
  EXPECT_THAT(findings(), listed);
}

TEST(Human, ScalesNumbers) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(2'400'000), "2.4 M");
}

}  // namespace
}  // namespace mailtap
