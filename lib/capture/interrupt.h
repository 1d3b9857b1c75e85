// SPDX-License-Identifier: Apache-2.0
// Wakes whoever waits for a pipe that says nothing. raise() may be called from a signal handler and by any
// thread; once raised it stays so. Set-up may throw std::system_error.
#pragma once

namespace mailtap {

class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  void raise() const noexcept;
  int descriptor() const { return fd_; }  // readable once raised

 private:
  int fd_;
};

}  // namespace mailtap
