// SPDX-License-Identifier: Apache-2.0
#include "config/loader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace mailtap {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Loader : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "mailtap-config-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
    file_ = folder_ / "test.toml";
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LoadedConfig load(const std::string& text, const std::vector<std::string>& overrides = {}) {
    std::ofstream(file_, std::ios::binary) << text;
    LoadedConfig loaded = load_config(file_.string(), overrides);
    for (std::string& fault : loaded.faults)
      if (fault.starts_with(folder_.string() + "/")) fault.erase(0, folder_.string().size() + 1);
    return loaded;
  }

  std::filesystem::path folder_;
  std::filesystem::path file_;
};

TEST_F(Loader, ReadsValuesOfEveryKind) {
  const LoadedConfig loaded = load(
      "sensor = \"tap-7\"\nlocal_networks = [\"192.0.2.0/24\", \"2001:db8::/32\"]\n[flow]\nflows_max = 1000\n"
      "mail_idle = \"300 s\"\nvlan_in_key = false\n[tcp]\noverlap = \"last\"\nskew_size_max = \"128 KiB\"\n"
      "hole_size_max = 65536\n[detect.address_probing]\nthreshold = 9\n[privacy]\nusernames = \"hash\"\n");
  ASSERT_TRUE(loaded.ok()) << loaded.faults.front();
  EXPECT_EQ(loaded.config.output.sensor, "tap-7");
  EXPECT_EQ(loaded.config.detect.local_networks.size(), 2U);
  EXPECT_EQ(loaded.config.flow.flows_max, 1000U);
  EXPECT_EQ(loaded.config.flow.mail_idle_ns, 300 * kSecondNs);
  EXPECT_FALSE(loaded.config.flow.vlan_in_key);
  EXPECT_EQ(loaded.config.tcp.overlap, OverlapPolicy::kLast);
  EXPECT_EQ(loaded.config.tcp.skew_bytes_max, 131'072U);
  EXPECT_EQ(loaded.config.tcp.hole_bytes_max, 65'536U);
  Config config = loaded.config;
  EXPECT_EQ(config.detect.find("address_probing")->knobs[0], 9U);
  EXPECT_EQ(config.output.usernames, UsernamePrivacy::kHash);
}

TEST_F(Loader, ListsEveryFaultAtOnceWithItsLine) {
  const LoadedConfig loaded = load(
      "sensor = 5\n[flow]\nflows_max = 0\nflow_max = 3\nmail_idle = 300\n[tcp]\nskew = \"50 parsecs\"\n"
      "overlap = \"both\"\n");
  EXPECT_THAT(
      loaded.faults,
      ElementsAre("test.toml:1: sensor: must be a string, is an integer",
                  "test.toml:3: flow.flows_max: is 0, must be within 1 .. 268435456",
                  "test.toml:4: flow.flow_max: no such setting; did you mean flow.flows_max?",
                  "test.toml:5: flow.mail_idle: must be a duration (\"50 ms\", \"300 s\"), is an integer",
                  "test.toml:7: tcp.skew: must be a duration (\"50 ms\", \"300 s\"), is \"50 parsecs\"",
                  "test.toml:8: tcp.overlap: is \"both\", must be one of \"first\" | \"last\""));
}

TEST_F(Loader, SuggestsTheRightGroupForAKeyThatStandsInAnother) {
  EXPECT_THAT(load("[flow]\noverlap = \"last\"\n").faults,
              ElementsAre("test.toml:2: flow.overlap: no such setting; did you mean tcp.overlap?"));
  EXPECT_THAT(load("[frobnicator]\nx = 1\n").faults,
              ElementsAre("test.toml:1: frobnicator: no such setting"));
}

TEST_F(Loader, NamesTheNetworkThatIsNone) {
  EXPECT_THAT(load("mail_servers = [\"192.0.2.1\",\n \"10.0.0.1/8\"]\n").faults,
              ElementsAre("test.toml:1: mail_servers: \"10.0.0.1/8\": bits are set behind the prefix"));
}

TEST_F(Loader, TellsTheLineOfASyntaxError) {
  const LoadedConfig loaded = load("sensor = \"x\"\n[flow\nflows_max = 1\n");
  ASSERT_EQ(loaded.faults.size(), 1U);
  EXPECT_THAT(loaded.faults[0], HasSubstr("test.toml:2: "));
}

TEST_F(Loader, SaysThatAFileCannotBeRead) {
  EXPECT_THAT(load_config("/nonexistent/x.toml", {}).faults,
              ElementsAre("/nonexistent/x.toml: cannot be read"));
  EXPECT_FALSE(load_config("/", {}).ok());
}

TEST_F(Loader, LetsAnOverrideGoBeforeTheFileAndTheLastOneHold) {
  const LoadedConfig loaded = load("[flow]\nflows_max = 7\n", {"flow.flows_max=8", "flow.flows_max = 9",
                                                               "sensor=\"s\"", "host.interval=\"60 s\""});
  ASSERT_TRUE(loaded.ok()) << loaded.faults.front();
  EXPECT_EQ(loaded.config.flow.flows_max, 9U);
  EXPECT_EQ(loaded.config.output.sensor, "s");
  EXPECT_EQ(loaded.config.host.interval_ns, 60 * kSecondNs);
}

TEST_F(Loader, ListsTheFaultsOfOverridesToo) {
  EXPECT_THAT(
      load("", {"nonsense", "flow.flows_max=\"many\"", "sensor=bare", "flow=1", "host.top=1\nhost.floor=2"})
          .faults,
      ElementsAre("--set: \"nonsense\": must be KEY=VALUE",
                  "--set: flow.flows_max: must be an integer, is a string",
                  "--set: sensor: is no TOML value (a string stands in quotes: key='\"text\"')",
                  "--set: flow: is a group of settings, not one", "--set: host.top: is more than one value"));
}

TEST_F(Loader, BlamesTheKeyThatContradictsAnother) {
  EXPECT_THAT(load("[pipeline]\nheld_pages = 100\n[tcp]\nheld_pages_max = 200\n").faults,
              ElementsAre("test.toml:4: tcp.held_pages_max: is 200, more than pipeline.held_pages (100)"));
  EXPECT_THAT(load("[packet]\ngeneve_ports = [6081, 4789]\ngtpu_ports = []\n").faults,
              ElementsAre("test.toml:2: packet.geneve_ports: has 4789, which stands in packet.vxlan_ports"));
}

TEST_F(Loader, RefusesAPublicKeyThatCannotBeOne) {
  EXPECT_FALSE(load("privacy.seal_public_key = \"abc\"\n").ok());
  EXPECT_TRUE(load("privacy.seal_public_key = \"3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=\"\n").ok());
}

}  // namespace
}  // namespace mailtap
