// SPDX-License-Identifier: Apache-2.0
// What the process as a whole owes its operator: no memory on disk when it dies, since secrets pass through
// it; a clean end when it is asked to stop. Main thread.
#pragma once

#include <atomic>

namespace mailtap {

// The process leaves no core file, and no other process of the same user reads its memory.
void forbid_core_dumps();

// SIGINT and SIGTERM. The first asks for a clean end: it sets requested() and calls what was handed in. The
// second ends the process at once, with status 128 and the signal's number.
class StopSignals {
 public:
  // `also` is called from the signal handler, with `context`; may be null. One object at a time.
  explicit StopSignals(void (*also)(void* context) = nullptr, void* context = nullptr);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  static const std::atomic<bool>& requested();
};

}  // namespace mailtap
