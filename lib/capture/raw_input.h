// SPDX-License-Identifier: Apache-2.0
// The bytes of a file, a pipe or standard input, in order; one after the other may be opened. One thread.
// Closed by the destructor. Only what went wrong takes memory, for its text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "capture/interrupt.h"

namespace mailtap {

struct ReadResult {
  enum class State : std::uint8_t {
    kBytes,        // `size` of them, at least one
    kEnd,          // there are no more
    kInterrupted,  // a pipe had none when the Interrupt was raised, or when it was asked after that
    kFailed        // the input's failure() says why
  };
  State state = State::kEnd;
  std::size_t size = 0;
};

// "-": standard input, which is one stream however often it is opened.
inline constexpr const char* kStandardInput = "-";

// Whether another open would find the same bytes again. A path where there is nothing counts as one.
bool can_be_read_twice(const std::string& path);

class RawInput {
 public:
  // `interrupt` outlives it; null: a pipe is waited for without end.
  explicit RawInput(const Interrupt* interrupt) : interrupt_(interrupt) {}
  ~RawInput() { close(); }
  RawInput(const RawInput&) = delete;
  RawInput& operator=(const RawInput&) = delete;

  // Closes what was open. The reason is without the path.
  Status open(const std::string& path);
  void close();

  // What one read() brings, so that what a pipe holds is handed on at once.
  ReadResult read(std::uint8_t* to, std::size_t size);

  const std::string& failure() const { return failure_; }
  std::uint64_t consumed() const { return consumed_; }

 private:
  Status judge();
  bool wait();

  int fd_ = -1;
  const Interrupt* interrupt_;
  bool waits_ = false;  // not a file: there may be nothing yet
  std::uint64_t consumed_ = 0;
  std::string failure_;
};

}  // namespace mailtap
