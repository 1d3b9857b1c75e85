// SPDX-License-Identifier: Apache-2.0
// What the RX core and one worker share: a ring of frames to work on, a ring of frames to give back, how far
// capture time has come, and how each wakes the other. The ring back has room for every frame the worker can
// have, so giving back never waits. Made before both threads start, destroyed after both have ended.
#pragma once

#include <atomic>
#include <cstddef>

#include "base/counter.h"
#include "base/spsc_queue.h"
#include "base/time.h"
#include "event/record_channel.h"
#include "packet/frame.h"

namespace mailtap {

struct FrameRing {
  FrameRing(std::size_t frames, std::size_t burst_max) : forth(frames), back(frames + 2 * burst_max) {}

  SpscQueue<Frame> forth;
  SpscQueue<Frame> back;
  std::atomic<TimeNs> reached{kTimeMin};  // no frame before this time will follow those in `forth`
  std::atomic<bool> ended{false};         // nothing will follow those in `forth`
  Doorbell worker;                        // rung when there is something for the worker
  Counter dropped;                        // frames that found the ring full, live
};

}  // namespace mailtap
