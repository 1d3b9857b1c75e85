// SPDX-License-Identifier: Apache-2.0
#include "export/line_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "export/eve_writer.h"
#include "sample_events.h"
#include "temporary_file.h"

namespace mailtap {
namespace {

TEST(LineFile, WritesWhatItIsGiven) {
  TemporaryFile file;
  file.put("old\n");
  auto lines = LineFile::open(file.path(), LineFile::Mode::kReplace);
  ASSERT_TRUE(lines.ok());
  EXPECT_TRUE(lines.value()->write("one\ntwo\n"));
  EXPECT_TRUE(lines.value()->write("three\n"));
  EXPECT_EQ(file.content(), "one\ntwo\nthree\n");
  EXPECT_TRUE(lines.value()->status().ok());
}

TEST(LineFile, CutsAHalfLineOfAnEarlierCrashBeforeItAppends) {
  TemporaryFile file;
  file.put("one\nhalf a li");
  auto lines = LineFile::open(file.path(), LineFile::Mode::kAppend);
  ASSERT_TRUE(lines.ok());
  EXPECT_TRUE(lines.value()->write("two\n"));
  EXPECT_EQ(file.content(), "one\ntwo\n");
}

TEST(LineFile, RefusesAFileThatAnotherWriterHoldsAndLeavesItAlone) {
  TemporaryFile file;
  auto first = LineFile::open(file.path(), LineFile::Mode::kReplace);
  ASSERT_TRUE(first.ok());
  first.value()->write("mine\n");
  auto second = LineFile::open(file.path(), LineFile::Mode::kReplace);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.reason().find("in use by another process"), std::string::npos);
  EXPECT_EQ(file.content(), "mine\n");
}

TEST(LineFile, SaysWhyAFileCannotBeOpened) {
  const auto lines = LineFile::open("/nonexistent/eve.json", LineFile::Mode::kReplace);
  ASSERT_FALSE(lines.ok());
  EXPECT_EQ(lines.reason(), "/nonexistent/eve.json: No such file or directory");
}

TEST(LineFile, FollowsNoLinkAndFillsNoPipe) {
  TemporaryFile victim;
  victim.put("precious\n");
  const std::string planted = victim.path() + ".planted";
  ASSERT_EQ(::symlink(victim.path().c_str(), planted.c_str()), 0);
  for (const auto mode : {LineFile::Mode::kReplace, LineFile::Mode::kAppend}) {
    const auto lines = LineFile::open(planted, mode);
    ASSERT_FALSE(lines.ok());
    EXPECT_EQ(lines.reason(), planted + ": is a symbolic link");
  }
  EXPECT_EQ(LineFile::check(planted).reason(), planted + ": is a symbolic link");
  EXPECT_EQ(victim.content(), "precious\n");
  ::unlink(planted.c_str());
  ASSERT_EQ(::mkfifo(planted.c_str(), 0600), 0);
  EXPECT_EQ(LineFile::open(planted, LineFile::Mode::kReplace).reason(), planted + ": is no plain file");
  EXPECT_EQ(LineFile::check(planted).reason(), planted + ": is no plain file");
  ::unlink(planted.c_str());
}

TEST(LineFile, ChecksWithoutAChange) {
  TemporaryFile file;
  file.put("one\nhalf a li");
  EXPECT_TRUE(LineFile::check(file.path()).ok());
  EXPECT_EQ(file.content(), "one\nhalf a li");
  EXPECT_TRUE(LineFile::check(file.path() + ".none").ok());
  EXPECT_NE(::access((file.path() + ".none").c_str(), F_OK), 0);
  const auto held = LineFile::open(file.path(), LineFile::Mode::kAppend);
  ASSERT_TRUE(held.ok());
  EXPECT_EQ(LineFile::check(file.path()).reason(), file.path() + ": in use by another process");
}

TEST(LineFile, CountsEveryLineThatAFullDeviceDidNotTake) {
  auto lines = LineFile::open("/dev/full", LineFile::Mode::kReplace);
  ASSERT_TRUE(lines.ok());
  EXPECT_FALSE(lines.value()->write("one\ntwo\n"));
  EXPECT_FALSE(lines.value()->write("three\n"));
  EXPECT_EQ(lines.value()->lines_unwritten(), 3u);
  EXPECT_EQ(lines.value()->status().reason(), "/dev/full: No space left on device at byte 0");
}

// In a child, because the limit holds for the whole process: eve.json may have 10,000 bytes, which is in the
// middle of a line.
int write_beyond_the_limit(const std::string& path) {
  signal(SIGXFSZ, SIG_IGN);
  const rlimit limit{10'000, 10'000};
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 10;
  auto eve = EveWriter::open(path, LineFile::Mode::kReplace, ExportSettings{}, nullptr);
  if (!eve) return 11;
  for (int i = 0; i < 100; ++i) eve.value()->write(samples().transaction());
  if (eve.value()->flush().ok()) return 12;
  const std::uint64_t unwritten = eve.value()->events_unwritten();
  eve.value()->write(samples().transaction());
  eve.value()->flush();
  if (eve.value()->events_unwritten() != unwritten + 1) return 13;
  return eve.value()->events() == 101 ? static_cast<int>(unwritten) : 14;
}

TEST(LineFile, EndsAfterAWholeLineWhenTheDiskIsFullInTheMiddleOfOne) {
  TemporaryFile file;
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(write_beyond_the_limit(file.path()));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  const std::string content = file.content();
  ASSERT_FALSE(content.empty());
  EXPECT_LE(content.size(), 10'000u);
  EXPECT_EQ(content.back(), '\n');
  const auto lines = std::count(content.begin(), content.end(), '\n');
  EXPECT_GT(lines, 10);
  EXPECT_EQ(WEXITSTATUS(status), 100 - lines) << "what is not in the file is counted";
}

}  // namespace
}  // namespace mailtap
