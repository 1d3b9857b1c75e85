// SPDX-License-Identifier: Apache-2.0
// Settings of the way from the workers to the control core. Memory, taken at start: workers x buffers x
// buffer_bytes.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace mailtap {

inline constexpr std::size_t kRecordBufferBytesMin = 4096;  // the fixed part of every record fits

struct EventSettings {
  // The longest record is this long; at least kRecordBufferBytesMin. A transaction's is
  // SmtpSettings::transaction_text_max, two octets a recipient, and a few thousand more.
  std::size_t buffer_bytes = 128 * 1024;
  std::size_t buffers = 32;                         // a worker; at least 2
  DurationNs worker_silent_ns_max = 5 * kSecondNs;  // live: a worker further behind the others is passed

  std::size_t bytes_a_worker() const { return buffer_bytes * buffers; }
};

}  // namespace mailtap
