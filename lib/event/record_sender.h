// SPDX-License-Identifier: Apache-2.0
// The worker's end of a RecordChannel. Allocates nothing; makes a system call only to sleep, in replay and at
// the end of a run.
//
//   sender.send(record);      as often as there is something to tell
//   sender.reached(time);     once a burst, empty ones too, when everything due by `time` was sent
//   sender.wait_from_now(); once, when nothing more will be received
//   sender.finish();          once, at the end: nothing will follow
#pragma once

#include "event/record_channel.h"
#include "event/record_writer.h"

namespace mailtap {

class RecordSender {
 public:
  explicit RecordSender(RecordChannel& channel);
  RecordSender(const RecordSender&) = delete;
  RecordSender& operator=(const RecordSender&) = delete;

  // False: no buffer was free and the record is lost, and counted under its kind. A record that is longer
  // than a buffer is cut, marked and counted.
  template <typename Record>
  bool send(const Record& record) {
    if (try_send(record)) return true;
    channel_.lost_[static_cast<std::size_t>(Record::kKind)].add(1);
    return false;
  }

  // The same for what is late but never lost (host deltas): false leaves it to the caller to come again, and
  // not to call reached() with a time past the record's before it is sent. Nothing is counted.
  template <typename Record>
  bool try_send(const Record& record) {
    if (!have_buffer() && !take_buffer()) return false;
    if (write(record, RecordWriter::Mode::kWhole)) return true;
    if (used_ != 0) {
      flush();
      if (!take_buffer()) return false;
      if (write(record, RecordWriter::Mode::kWhole)) return true;
    }
    write(record, RecordWriter::Mode::kCut);
    return true;
  }

  // Hands the current buffer over if it holds something, and publishes the watermark. While the buffer is
  // less than half full both may wait for a later call: live where the control core is behind, so that many
  // small bursts do not use up the pool; in replay for up to 100 ms of capture time, so that the control core
  // is not woken for each burst. A watermark is never published before its records.
  void reached(TimeNs time);

  // Live too, a record that finds no buffer waits for one from now on: no frame is lost by it any more, and
  // the control core takes what there is.
  void wait_from_now() { waits_ = true; }

  // Hands everything over and publishes kTimeMax.
  void finish();

  std::uint64_t lost(RecordKind kind) const { return channel_.lost(kind); }
  std::uint64_t cut() const { return channel_.cut(); }
  // Spent waiting for a buffer; stays where it is as long as the sender does.
  const std::uint64_t& cycles_waited() const { return cycles_waited_; }

 private:
  bool have_buffer() const { return at_ != nullptr; }
  bool take_buffer();  // where it may wait it does, and answers true
  void wait(std::uint32_t ticket);
  void flush();
  bool worth_waiting(TimeNs time) const;

  template <typename Record>
  bool write(const Record& record, RecordWriter::Mode mode) {
    const std::size_t room = channel_.buffer_bytes_ - used_;
    if (room < sizeof(RecordFrame)) return false;
    RecordWriter writer({at_ + used_ + sizeof(RecordFrame), room - sizeof(RecordFrame)}, mode);
    record.write(writer);
    if (!writer.fits()) return false;
    commit(record.head, Record::kKind, writer);
    return true;
  }
  void commit(const RecordHead& head, RecordKind kind, const RecordWriter& writer);

  RecordChannel& channel_;
  std::uint8_t* at_ = nullptr;  // the current buffer
  std::uint32_t index_ = 0;
  std::size_t used_ = 0;
  TimeNs published_ = kTimeMin;
  std::uint64_t cycles_waited_ = 0;
  bool waits_ = false;
};

}  // namespace mailtap
