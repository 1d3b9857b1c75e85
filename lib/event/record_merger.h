// SPDX-License-Identifier: Apache-2.0
// The control core's end of all channels: the records of all workers below the lowest watermark, in the order
// (time, flow_id, sequence), which does not depend on the number of workers nor on their timing. Control core
// only.
//
// Every buffer is copied into the merger's own memory and handed back at once, whether or not its records may
// be told yet. So a worker that waits for an empty buffer waits for the control core alone, never for
// another worker, and a replay cannot lock up even with two buffers a worker: if all of worker A's
// buffers are filled while worker B's watermark is behind, collect() still empties A's queue. The price is
// memory for what is copied and not yet told: the records that the workers make of the capture time between
// the slowest and the fastest of them. Frames are steered in order through rings of bounded size, so this is
// at most what one ring full of frames a worker gives rise to. Live, where a worker may stall, one that lags
// further than `worker_silent_ns_max` is passed and counted.
#pragma once

#include <cstdint>
#include <vector>

#include "event/record_channel.h"
#include "event/record_reader.h"

namespace mailtap {

// One record as it arrived; valid during the call that hands it out.
struct ArrivedRecord {
  RecordHead head;
  std::uint16_t worker = 0;  // index of its channel
  Bytes fields;

  // False: the bytes are not such a record's (a programmer's fault; they never come from traffic).
  template <typename Record>
  bool read_as(Record& record, RecordScratch& scratch) const {
    RecordReader reader(fields, scratch);
    record.head = head;
    record.read(reader);
    return reader.ok();
  }
};

class RecordReceiver {
 public:
  explicit RecordReceiver(RecordChannel& channel) : channel_(channel) {}

  TimeNs reached() const { return channel_.watermark_.reached(); }
  const RecordChannel& channel() const { return channel_; }

  // Hands `take(const std::uint8_t* data, std::size_t size)` each filled buffer and gives it back.
  template <typename Take>
  std::size_t drain(Take&& take) {
    std::size_t buffers = 0;
    RecordBuffer buffer;
    while (channel_.filled_.pop(buffer)) {
      take(static_cast<const std::uint8_t*>(channel_.at(buffer.index)), std::size_t{buffer.used});
      give_back(buffer.index);
      ++buffers;
    }
    return buffers;
  }

 private:
  void give_back(std::uint32_t index);

  RecordChannel& channel_;
};

class RecordMerger {
 public:
  // worker_silent_ns_max 0: no worker is ever passed (replay).
  RecordMerger(const std::vector<RecordChannel*>& channels, DurationNs worker_silent_ns_max);

  // Takes what has arrived and hands `sink(const ArrivedRecord&)` what may be told. How many were told.
  template <typename Sink>
  std::size_t merge(Sink&& sink) {
    collect();
    for (const Reference& reference : ready_) sink(arrived(reference));
    const std::size_t told = ready_.size();
    forget_ready();
    return told;
  }

  // Everything before this time has been told; what window detectors may advance to. kTimeMax at the end.
  TimeNs told_until() const { return told_until_; }
  bool finished() const { return told_until_ == kTimeMax && waiting_.empty(); }
  std::size_t waiting() const { return waiting_.size(); }
  std::size_t waiting_bytes() const { return arena_.size() - dead_; }
  std::uint64_t times_passed() const { return times_passed_; }  // a silent worker was passed

 private:
  struct Reference {
    RecordHead head;
    std::uint32_t size;
    std::uint16_t worker;
    std::size_t offset;
  };

  void collect();
  TimeNs lowest_watermark();
  void take_buffer(std::uint16_t worker, const std::uint8_t* data, std::size_t size);
  void choose_ready(TimeNs until);
  bool before(const Reference& a, const Reference& b) const;
  void forget_ready();
  ArrivedRecord arrived(const Reference& reference) const;

  std::vector<RecordReceiver> receivers_;
  std::vector<TimeNs> marks_;
  DurationNs silent_ns_max_;
  std::vector<std::uint8_t> arena_;  // copied fields; compacted when more than half of it is told
  std::vector<std::uint8_t> spare_;
  std::size_t dead_ = 0;
  std::vector<Reference> waiting_;
  std::vector<Reference> ready_;
  TimeNs told_until_ = kTimeMin;
  std::uint64_t times_passed_ = 0;
};

}  // namespace mailtap
