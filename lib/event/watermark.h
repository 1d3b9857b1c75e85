// SPDX-License-Identifier: Apache-2.0
// The capture time a worker has reached: every record that happened before it is already queued. One writer;
// the control core reads it first and the queue after, so that it never believes a mark whose records it
// has not seen. Monotonic. kTimeMax: nothing will follow.
#pragma once

#include <atomic>

#include "base/time.h"

namespace mailtap {

class Watermark {
 public:
  void publish(TimeNs time) { time_.store(time, std::memory_order_release); }
  TimeNs reached() const { return time_.load(std::memory_order_acquire); }

 private:
  std::atomic<TimeNs> time_{kTimeMin};
};

}  // namespace mailtap
