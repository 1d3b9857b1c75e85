// SPDX-License-Identifier: Apache-2.0
// The program as its users meet it: arguments in; status, stdout and stderr out.
#include "tests/app/command_line.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

namespace mailtap {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(CommandLine, PrintsItsVersionAndItsHelp) {
  const Outcome version = mailtap({"--version"});
  EXPECT_EQ(version.status, 0);
  EXPECT_THAT(version.out, StartsWith("mailtap 0."));
  const Outcome help = mailtap({"--help"});
  EXPECT_EQ(help.status, 0);
  for (const char* word : {"replay", "run", "check"}) EXPECT_THAT(help.out, HasSubstr(word));
  EXPECT_EQ(help.err, "");
  EXPECT_EQ(mailtap({"replay", "--help"}).status, 0);
}

TEST_F(CommandLine, AnswersWrongUsageWithStatusTwoAndOneLine) {
  const std::vector<std::vector<std::string>> wrong = {{"reply"},
                                                       {"replay"},
                                                       {"replay", "--bogus", "x"},
                                                       {"replay", "--workers", "0", "x"},
                                                       {"replay", "--workers", "65", "x"},
                                                       {"replay", "--format", "xml", "x"},
                                                       {"run"}};
  for (const auto& arguments : wrong) {
    const Outcome outcome = mailtap(arguments);
    EXPECT_EQ(outcome.status, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(lines(outcome.err), 1) << outcome.err;
  }
}

TEST_F(CommandLine, AloneItPrintsItsHelp) {
  const Outcome outcome = mailtap({});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, mailtap({"--help"}).out);
  EXPECT_EQ(outcome.err, "mailtap: a subcommand is missing\n");
}

TEST_F(CommandLine, NamesTheWordItDoesNotKnow) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> wrong = {
      {{"bogus"}, "no such subcommand: bogus; there are replay, run, check"},
      {{"repla", "x"}, "no such subcommand: repla; did you mean replay?"},
      {{"--workers", "2"}, "a subcommand comes first, not --workers"},
      {{"replay", "x", "--outt", "y"}, "no such option: --outt; did you mean --out?"},
      {{"check", "--quite-another"}, "no such option: --quite-another"},
      {{"check", "x"}, "one word too many: x"},
      {{"replay"}, "FILE is required"},
      {{"replay", "x", "--set"}, "--set: 1 required KEY=VALUE missing"}};
  for (const auto& [arguments, why] : wrong)
    EXPECT_EQ(mailtap(arguments).err, "mailtap: " + why + " (see mailtap --help)\n");
}

TEST_F(CommandLine, NamesTheKeyOfASettingThatItDoesNotTake) {
  for (const auto& [setting, why] : std::vector<std::pair<std::string, std::string>>{
           {"flow.flow_max=1", "flow.flow_max: no such setting; did you mean flow.flows_max?"},
           {"flow.flows_max=",
            "flow.flows_max: is no TOML value (a string stands in quotes: key='\"text\"')"},
           {"flow.flows_max=\"x\"", "flow.flows_max: must be an integer, is a string"},
           {"flow.flows_max", "\"flow.flows_max\": must be KEY=VALUE"}})
    EXPECT_EQ(mailtap({"check", "--set", setting}).err, "--set: " + why + "\n");
}

TEST_F(CommandLine, CheckFindsWhatAStartWouldFind) {
  const std::string file = write("key", "short");
  const Outcome outcome = mailtap({"check", "--set", "privacy.key_file='" + file + "'", "--out", file});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(lines(outcome.err), 2) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr("mailtap: privacy.key_file: " + file + ": key file must "));
  EXPECT_THAT(outcome.err, HasSubstr("mailtap: " + file + ": is no folder\n"));
}

TEST_F(CommandLine, AReplayBeforeTheFirstRunTakesARandomKeyAndSaysSo) {
  const std::string file = write("quiet.pcap", pcap_header() + pcap_record());
  const std::string key = (root_ / "key").string();
  const Outcome outcome = mailtap({"replay", file, "--set", "privacy.key_file='" + key + "'"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, HasSubstr("secrets are hashed with a random key of this replay: " + key +
                                     " is not there yet\n"));
  EXPECT_FALSE(fs::exists(key));
  fs::create_symlink("/etc/hostname", key);
  const Outcome planted = mailtap({"replay", file, "--set", "privacy.key_file='" + key + "'"});
  EXPECT_EQ(planted.status, 2);
  EXPECT_EQ(planted.err, "mailtap: privacy.key_file: " + key + ": is a symbolic link\n");
}

TEST_F(CommandLine, ReplayMergesItsFilesInOrderOfTime) {
  std::string late = pcap_record();
  late[0] = '\x09';
  const std::string first = write("b.pcap", pcap_header() + pcap_record());
  const std::string second = write("a.pcap", pcap_header() + late);
  const Outcome outcome = mailtap({"replay", second, first});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_THAT(outcome.out, StartsWith("mailtap  " + second + ", " + first + "\n"));
  EXPECT_THAT(outcome.out, HasSubstr("What is missing\n  nothing\n"));
  const std::string both = write("c.pcap", pcap_header() + pcap_record() + late + pcap_record());
  EXPECT_THAT(mailtap({"replay", both, second}).out, HasSubstr("\n  1 packets whose time ran backwards"));
  EXPECT_THAT(mailtap({"replay", first, first, first, first, first, first}).out,
              StartsWith("mailtap  " + first + ", " + first + ", " + first + ", " + first + " and 2 more\n"));
}

TEST_F(CommandLine, ReplayOfADamagedFileLeavesTheNext) {
  const std::string cut = write("cut.pcap", pcap_header() + pcap_record() + pcap_record().substr(0, 30));
  const std::string whole = write("whole.pcap", pcap_header() + pcap_record());
  for (const auto& files :
       {std::vector{cut, whole}, {whole, cut}, {(root_ / "none").string(), whole, whole}}) {
    std::vector<std::string> arguments{"replay", "--format", "json"};
    arguments.insert(arguments.end(), files.begin(), files.end());
    const Outcome outcome = mailtap(arguments);
    EXPECT_EQ(outcome.status, 1);
    EXPECT_EQ(lines(outcome.err), 1) << outcome.err;
    EXPECT_THAT(outcome.out, HasSubstr("\"packets\":2,"));
  }
}

TEST_F(CommandLine, CheckPrintsTheMemorySum) {
  const Outcome outcome = mailtap({"check", "--workers", "2"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  for (const char* word :
       {"settings: in order", "pattern cache: ", "flow entries", "in total", "a flow takes "})
    EXPECT_THAT(outcome.out, HasSubstr(word));
}

TEST_F(CommandLine, CheckListsEveryFaultAndStartsNothing) {
  const std::string file = write("bad.toml", "[flow]\nflows_max = -1\nbogus = 1\n");
  const Outcome outcome = mailtap({"check", "-c", file, "--set", "tcp.skew=7"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(lines(outcome.err), 3) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(file + ":2: flow.flows_max: "));
  EXPECT_THAT(outcome.err, HasSubstr(file + ":3: flow.bogus: "));
  EXPECT_THAT(outcome.err, HasSubstr("--set: tcp.skew: "));
}

TEST_F(CommandLine, CheckPrintsDefaultsThatCheckAccepts) {
  const Outcome outcome = mailtap({"check", "--defaults"});
  const std::string file = write("defaults.toml", outcome.out);
  EXPECT_EQ(mailtap({"check", "-c", file}).status, 0);
  EXPECT_EQ(mailtap({"check", "--defaults", "-c", file}).out, outcome.out);
}

TEST_F(CommandLine, ReplayOfAQuietFileIsInOrder) {
  const std::string file = write("quiet.pcap", pcap_header() + pcap_record());
  const Outcome outcome = mailtap({"replay", file, "--out", (root_ / "out").string(), "--format", "json"});
  EXPECT_EQ(outcome.status, 0) << outcome.err;
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, StartsWith("{"));
  EXPECT_THAT(content(root_ / "out" / "eve.json"), HasSubstr("\"final\":true"));
}

TEST_F(CommandLine, ReplayOfDamageWritesWhatCameBeforeAndSaysWhere) {
  const std::string file = write("cut.pcap", pcap_header() + pcap_record() + pcap_record().substr(0, 30));
  const Outcome outcome = mailtap({"replay", file, "--out", (root_ / "out").string()});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(lines(outcome.err), 1) << outcome.err;
  EXPECT_THAT(outcome.err, HasSubstr(file));
  EXPECT_NE(outcome.out, "");
  EXPECT_THAT(content(root_ / "out" / "eve.json"), HasSubstr("\"final\":true"));
}

TEST_F(CommandLine, ReplayOfWhatIsNoCaptureIsStatusOne) {
  for (const std::string& file : {(root_ / "missing").string(), root_.string(), write("empty", ""),
                                  write("text", "hello world, this is no capture")}) {
    const Outcome outcome = mailtap({"replay", file});
    EXPECT_EQ(outcome.status, 1) << file;
    EXPECT_EQ(lines(outcome.err), 1) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr(file));
  }
}

TEST_F(CommandLine, AMistypedFileNameCostsNoEarlierResult) {
  const std::string out = (root_ / "out").string();
  ASSERT_EQ(mailtap({"replay", write("quiet.pcap", pcap_header()), "--out", out}).status, 0);
  const std::string before = content(root_ / "out" / "eve.json");
  EXPECT_EQ(mailtap({"replay", (root_ / "quite.pcap").string(), "--out", out}).status, 1);
  EXPECT_EQ(content(root_ / "out" / "eve.json"), before);
  EXPECT_EQ(mailtap({"replay", (root_ / "quite.pcap").string(), "--out", out + "/never"}).status, 1);
  EXPECT_FALSE(fs::exists(root_ / "out" / "never"));
}

TEST_F(CommandLine, AnOutFolderInUseIsStatusTwo) {
  const std::string file = write("quiet.pcap", pcap_header());
  fs::create_directory(root_ / "out");
  const int lock = ::open((root_ / "out" / ".mailtap.lock").c_str(), O_RDWR | O_CREAT, 0600);
  ASSERT_EQ(::flock(lock, LOCK_EX | LOCK_NB), 0);
  const Outcome busy = mailtap({"replay", file, "--out", (root_ / "out").string()});
  EXPECT_EQ(busy.status, 2);
  EXPECT_EQ(lines(busy.err), 1);
  EXPECT_THAT(busy.err, HasSubstr("in use by another mailtap"));
  EXPECT_FALSE(fs::exists(root_ / "out" / "eve.json"));
  ::close(lock);
  EXPECT_EQ(mailtap({"replay", file, "--out", (root_ / "out").string()}).status, 0);
}

TEST_F(CommandLine, AnOutFolderThatCannotBeIsStatusTwo) {
  const std::string file = write("quiet.pcap", pcap_header());
  const Outcome outcome = mailtap({"replay", file, "--out", file + "/out"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(lines(outcome.err), 1);
}

TEST_F(CommandLine, AFullDiskUnderStdoutIsStatusOne) {
  const std::string file = write("quiet.pcap", pcap_header());
  const std::string command = "XDG_CACHE_HOME=" + root_.string() + " " + program_ + " replay " + file +
                              " >/dev/full 2>" + (root_ / "stderr").string();
  EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
  EXPECT_THAT(content(root_ / "stderr"), HasSubstr("stdout: No space left on device"));
}

// A pipe that nobody fills keeps the replay waiting, as a slow disk does.
// Its pipe stays open and says nothing more.
TEST_F(CommandLine, ASignalEndsAReplayCleanly) {
  const fs::path pipe = root_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const pid_t child = start({"replay", pipe.string(), "--out", (root_ / "out").string()});
  const int writer = ::open(pipe.c_str(), O_WRONLY);
  ASSERT_GE(writer, 0);
  const std::string bytes = pcap_header() + pcap_record();
  ASSERT_EQ(::write(writer, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  for (int i = 0; i < 400 && !fs::exists(root_ / "out" / "eve.json"); ++i) ::usleep(5000);
  ::usleep(50'000);  // the engine has started by now
  ::kill(child, SIGTERM);
  const Outcome outcome = finish(child);
  ::close(writer);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.err, HasSubstr("stopped by a signal"));
  EXPECT_EQ(lines(outcome.err), 1) << outcome.err;
  EXPECT_THAT(content(root_ / "out" / "eve.json"), HasSubstr("\"final\":true"));
}

}  // namespace
}  // namespace mailtap
