// SPDX-License-Identifier: Apache-2.0
// What the settings cost in memory, term by term: what may be touched at the limits, not what is resident at
// start. Main thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"

namespace mailtap {

struct MemoryTerm {
  std::string what;
  std::uint64_t count = 0;
  std::uint64_t bytes_each = 0;

  std::uint64_t total() const { return count * bytes_each; }
};

std::vector<MemoryTerm> worker_memory(const Config& config, unsigned workers);  // of one worker
std::vector<MemoryTerm> shared_memory(const Config& config);                    // control core and input

// A line a term, aligned, the sums last.
std::string show_memory(const Config& config, unsigned workers);

}  // namespace mailtap
