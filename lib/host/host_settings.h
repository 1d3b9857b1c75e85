// SPDX-License-Identifier: Apache-2.0
// Settings of the host counters. Memory: each worker takes worker_bytes() at start; the control core grows up
// to control_bytes().
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace mailtap {

inline constexpr DurationNs kHostIntervalNsMin = kSecondNs;
inline constexpr DurationNs kHostIntervalNsMax = 86'400 * kSecondNs;
inline constexpr std::size_t kWorkerHostsMin = 64;
inline constexpr std::size_t kWorkerHostsMax = std::size_t{1} << 24;
inline constexpr std::size_t kHostsMin = 64;
inline constexpr std::size_t kHostsMax = std::size_t{1} << 24;
inline constexpr std::size_t kHostSketchBytesMin = std::size_t{1} << 20;
inline constexpr std::size_t kHostTopMax = 10'000;

struct HostSettings {
  DurationNs interval_ns = 300 * kSecondNs;  // intervals begin at whole multiples of it since 1970
  std::size_t worker_hosts = 16'384;         // (address, role) pairs that a worker counts at once
  std::size_t hosts = 100'000;               // (address, role) pairs that the control core adds up at once
  std::size_t sketch_bytes = std::size_t{64} << 20;  // for distinct counts, of all hosts together
  std::uint64_t floor = 1;                           // a host that did as many things is told
  std::size_t top = 20;                              // and the first so many of each column

  std::size_t worker_bytes() const;
  std::size_t control_bytes() const;
};

}  // namespace mailtap
