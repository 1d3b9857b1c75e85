// SPDX-License-Identifier: Apache-2.0
// The processor's time stamp counter: what things cost, never what time it is. It counts at a fixed rate
// whatever the clock of the core does; 20 to 40 cycles a reading. Any thread.
#pragma once

#include <cstdint>

namespace mailtap {

// 0 always where the machine has none.
inline std::uint64_t cycles_now() {
#if defined(__x86_64__) || defined(__i386__)
  return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
  std::uint64_t cycles = 0;
  __asm__ volatile("mrs %0, cntvct_el0" : "=r"(cycles));
  return cycles;
#else
  return 0;
#endif
}

}  // namespace mailtap
