// SPDX-License-Identifier: Apache-2.0
// The program run from outside, in a folder of its own: arguments in; status, stdout and stderr out.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mailtap {

namespace fs = std::filesystem;

struct Outcome {
  int status = -1;  // -1: ended by a signal
  std::string out;
  std::string err;
};

inline std::string content(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

inline long lines(const std::string& text) { return std::count(text.begin(), text.end(), '\n'); }

// 24 octets of a classic pcap header: microseconds, little endian, Ethernet.
inline std::string pcap_header() {
  return std::string(
      "\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x01\x00\x00\x00", 24);
}

// One ARP frame, which is no mail.
inline std::string pcap_record() {
  std::string frame(60, '\0');
  frame[12] = '\x08';
  frame[13] = '\x06';
  return std::string("\x01\x00\x00\x00\x00\x00\x00\x00\x3c\x00\x00\x00\x3c\x00\x00\x00", 16) + frame;
}

class CommandLine : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* program = std::getenv("MAILTAP");
    ASSERT_NE(program, nullptr) << "MAILTAP names the program";
    program_ = program;
    std::string name = (fs::temp_directory_path() / "mailtap-app-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
  }
  void TearDown() override { fs::remove_all(root_); }

  // `user`: who the child is, where we are root; it need not be able to find the program.
  pid_t start(std::vector<std::string> arguments, uid_t user = 0) const {
    arguments.insert(arguments.begin(), program_);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    const int program = ::open(program_.c_str(), O_RDONLY | O_CLOEXEC);
    const pid_t child = ::fork();
    if (child != 0) {
      ::close(program);
      return child;
    }
    ::setenv("XDG_CACHE_HOME", root_.c_str(), 1);
    redirect(STDOUT_FILENO, root_ / "stdout");
    redirect(STDERR_FILENO, root_ / "stderr");
    if (user != 0 && ::setresuid(user, user, user) != 0) ::_exit(126);
    ::fexecve(program, pointers.data(), environ);
    ::_exit(127);
  }

  static void redirect(int to, const fs::path& file) {
    const int opened = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(opened, to);
    ::close(opened);
  }

  Outcome finish(pid_t child) const {
    int status = 0;
    ::waitpid(child, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, content(root_ / "stdout"),
            content(root_ / "stderr")};
  }

  Outcome mailtap(const std::vector<std::string>& arguments) const { return finish(start(arguments)); }

  std::string write(const std::string& name, const std::string& bytes) const {
    std::ofstream(root_ / name, std::ios::binary) << bytes;
    return (root_ / name).string();
  }

  std::string program_;
  fs::path root_;
};

}  // namespace mailtap
