// SPDX-License-Identifier: Apache-2.0
// What one worker and the control core share: a pool of fixed buffers, a queue of filled ones, a queue of
// empty ones, the worker's watermark, and how each wakes the other. Made before the worker starts, destroyed
// after both have ended. A buffer is owned by one side at a time; the queues hand it over.
//
//   worker: RecordSender --filled--> control core: RecordReceiver --empty--> worker
//
// In a buffer: { RecordFrame, the record's fields } ...
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "base/counter.h"
#include "base/memory.h"
#include "base/spsc_queue.h"
#include "event/event_settings.h"
#include "event/record.h"
#include "event/watermark.h"

namespace mailtap {

// What a worker does when every buffer is on its way.
enum class WhenFull : std::uint8_t {
  kLose,  // live: the record is lost and counted by kind
  kWait,  // replay: the worker sleeps until the control core hands a buffer back
};

// Lets a thread sleep until another has done something. One or several may ring; nobody spins.
//   ticket = doorbell.ticket();  look whether there is work;  if none: doorbell.wait(ticket)
class Doorbell {
 public:
  std::uint32_t ticket() const { return rung_.load(std::memory_order_acquire); }
  void wait(std::uint32_t ticket) const { rung_.wait(ticket, std::memory_order_acquire); }
  void ring() {
    rung_.fetch_add(1, std::memory_order_acq_rel);
    rung_.notify_all();
  }

 private:
  std::atomic<std::uint32_t> rung_{0};
};

struct RecordFrame {
  RecordHead head;
  std::uint32_t size = 0;  // of the fields behind the frame
};

struct RecordBuffer {
  std::uint32_t index = 0;
  std::uint32_t used = 0;
};

class RecordChannel {
 public:
  // `control` is rung when there is something for the control core, in replay only (live it looks by
  // itself: a worker makes no system call). May be null.
  RecordChannel(const EventSettings& settings, WhenFull when_full, Doorbell* control);

  // Any thread.
  std::uint64_t lost(RecordKind kind) const { return lost_[static_cast<std::size_t>(kind)].get(); }
  std::uint64_t cut() const { return cut_.get(); }
  const Watermark& watermark() const { return watermark_; }

 private:
  friend class RecordSender;
  friend class RecordReceiver;

  std::uint8_t* at(std::uint32_t index) {
    return static_cast<std::uint8_t*>(memory_.data()) + index * buffer_bytes_;
  }

  std::size_t buffer_bytes_;
  std::size_t buffers_;
  WhenFull when_full_;
  Doorbell* control_;
  Memory memory_;
  SpscQueue<RecordBuffer> filled_;
  SpscQueue<std::uint32_t> empty_;
  Doorbell worker_;
  Watermark watermark_;
  std::array<Counter, kRecordKinds> lost_;
  Counter cut_;
};

}  // namespace mailtap
