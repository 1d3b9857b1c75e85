// SPDX-License-Identifier: Apache-2.0
// What /proc says of the program while it runs, and how it ends when it is told to twice. A pipe that nobody
// fills keeps a replay waiting.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <sstream>

#include "tests/app/command_line.h"

namespace mailtap {
namespace {

constexpr uid_t kNobody = 65534;

// The hexadecimal mask in a line of /proc/PID/status, with one bit a signal.
bool has_signal(pid_t process, const std::string& line_name, int number) {
  std::istringstream status(content("/proc/" + std::to_string(process) + "/status"));
  for (std::string line; std::getline(status, line);)
    if (line.rfind(line_name + ":", 0) == 0)
      return (std::stoull(line.substr(line_name.size() + 1), nullptr, 16) >> (number - 1) & 1) != 0;
  return false;
}

bool comes_true(const std::function<bool()>& what) {
  for (int i = 0; i < 2000; ++i) {
    if (what()) return true;
    ::usleep(5000);
  }
  return false;
}

class Process : public CommandLine {
 protected:
  void SetUp() override {
    CommandLine::SetUp();
    if (HasFatalFailure()) return;
    ASSERT_EQ(::mkfifo((root_ / "pipe").c_str(), 0666), 0);
  }
  void TearDown() override {
    if (child_ > 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
    if (writer_ >= 0) ::close(writer_);
    CommandLine::TearDown();
  }

  // Until the child waits for bytes of its file and has its signals in hand.
  void start_waiting(uid_t user = 0) {
    child_ = start({"replay", (root_ / "pipe").string(), "--out", (root_ / "out").string()}, user);
    ASSERT_TRUE(comes_true([this] {
      writer_ = ::open((root_ / "pipe").c_str(), O_WRONLY | O_NONBLOCK);
      return writer_ >= 0;
    }));
    const std::string bytes = pcap_header();
    ASSERT_EQ(::write(writer_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    ASSERT_TRUE(comes_true([this] { return has_signal(child_, "SigCgt", SIGTERM); }));
  }

  pid_t child_ = 0;
  int writer_ = -1;
};

TEST_F(Process, LeavesNoCoreFile) {
  start_waiting();
  struct rlimit limit {
    1, 1
  };
  ASSERT_EQ(::prlimit(child_, RLIMIT_CORE, nullptr, &limit), 0);
  EXPECT_EQ(limit.rlim_cur, 0U);
  EXPECT_EQ(limit.rlim_max, 0U);
}

// /proc/PID of a process whose memory nobody may read or dump belongs to root, whoever runs it.
TEST_F(Process, LetsNobodyReadItsMemory) {
  if (::geteuid() == 0) {
    fs::permissions(root_, fs::perms::all);
    ASSERT_EQ(::chown(root_.c_str(), kNobody, kNobody), 0);
  }
  start_waiting(::geteuid() == 0 ? kNobody : 0);
  if (HasFatalFailure()) return;
  const uid_t user = ::geteuid() == 0 ? kNobody : ::geteuid();
  const std::string folder = "/proc/" + std::to_string(child_);
  EXPECT_NE(content(folder + "/status").find("Uid:\t" + std::to_string(user)), std::string::npos);
  struct stat owner {};
  ASSERT_EQ(::stat((folder + "/status").c_str(), &owner), 0);
  EXPECT_EQ(owner.st_uid, 0U);
}

// Both come at once, so that nothing can be finished between them.
TEST_F(Process, EndsAtOnceByASecondSignal) {
  start_waiting();
  if (HasFatalFailure()) return;
  ASSERT_EQ(::kill(child_, SIGSTOP), 0);
  int status = 0;
  ASSERT_EQ(::waitpid(child_, &status, WUNTRACED), child_);
  ASSERT_TRUE(WIFSTOPPED(status));
  for (const int number : {SIGTERM, SIGINT, SIGCONT}) ASSERT_EQ(::kill(child_, number), 0);
  ASSERT_TRUE(comes_true([this, &status] { return ::waitpid(child_, &status, WNOHANG) == child_; }));
  child_ = 0;
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_TRUE(WEXITSTATUS(status) == 128 + SIGTERM || WEXITSTATUS(status) == 128 + SIGINT) << status;
}

}  // namespace
}  // namespace mailtap
