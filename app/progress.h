// SPDX-License-Identifier: Apache-2.0
// One line on a terminal that says how far a replay is: bytes, share, packets a second, time left. Reads the
// source's counters five times a second on a thread of its own, so that the packets' way knows nothing of it.
// Where stderr is no terminal there is no thread and no output.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <string>
#include <thread>

#include "packet/packet_source.h"

namespace mailtap {

class Progress {
 public:
  // `source` outlives it.
  explicit Progress(const PacketSource& source);
  ~Progress();  // erases the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  void run();

  const PacketSource& source_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

// The line, without its control characters, in less than `width` columns: a line that a terminal breaks could
// not be erased. The bar gives way first, then the line's end.
std::string progress_line(const SourceCounters& counters, std::chrono::duration<double> elapsed,
                          std::size_t width);

}  // namespace mailtap
