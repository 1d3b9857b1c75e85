// SPDX-License-Identifier: Apache-2.0
// A counter with one writer and any number of readers. The writer pays a plain load and store: no locked
// instruction. Readers may see a value that is a little old, never a torn one.
#pragma once

#include <atomic>
#include <cstdint>

namespace mailtap {

class Counter {
 public:
  void add(std::uint64_t n) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  void set(std::uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

}  // namespace mailtap
