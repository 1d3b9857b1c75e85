// SPDX-License-Identifier: Apache-2.0
#include "capture/raw_input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace mailtap {
namespace {

// A pipe is opened without waiting for its writer: read() waits, and can be interrupted.
int open_path(const std::string& path) {
  if (path == kStandardInput) return ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

}  // namespace

bool can_be_read_twice(const std::string& path) {
  struct stat info {};
  if (path == kStandardInput) return false;
  return ::stat(path.c_str(), &info) != 0 || S_ISREG(info.st_mode) || S_ISDIR(info.st_mode);
}

Status RawInput::open(const std::string& path) {
  close();
  waits_ = false;
  consumed_ = 0;
  failure_.clear();
  fd_ = open_path(path);
  return fd_ < 0 ? Status{Failure{std::strerror(errno)}} : judge();
}

void RawInput::close() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Status RawInput::judge() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return Failure{std::strerror(errno)};
  if (S_ISDIR(info.st_mode)) return Failure{"is a directory"};
  if (::isatty(fd_) == 1) return Failure{"is a terminal, not a capture"};
  waits_ = !S_ISREG(info.st_mode);
  ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: it reads as well without, slower
  return {};
}

// False: interrupted. What is there comes before the interrupt.
bool RawInput::wait() {
  for (;;) {
    std::array<pollfd, 2> fds{{{fd_, POLLIN, 0}, {-1, POLLIN, 0}}};
    if (interrupt_ != nullptr) fds[1].fd = interrupt_->descriptor();
    if (::poll(fds.data(), fds.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return true;  // read() finds out what is wrong
    }
    if (fds[0].revents != 0) return true;
    if (fds[1].revents != 0) return false;
  }
}

ReadResult RawInput::read(std::uint8_t* to, std::size_t size) {
  for (;;) {
    if (waits_ && !wait()) return {ReadResult::State::kInterrupted, 0};
    const ssize_t n = ::read(fd_, to, size);
    if (n > 0) {
      consumed_ += static_cast<std::uint64_t>(n);
      return {ReadResult::State::kBytes, static_cast<std::size_t>(n)};
    }
    if (n == 0) return {ReadResult::State::kEnd, 0};
    if (errno == EINTR || errno == EAGAIN) continue;
    failure_ = std::strerror(errno);
    return {ReadResult::State::kFailed, 0};
  }
}

}  // namespace mailtap
