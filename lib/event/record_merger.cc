// SPDX-License-Identifier: Apache-2.0
#include "event/record_merger.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "base/check.h"

namespace mailtap {

void RecordReceiver::give_back(std::uint32_t index) {
  const bool pushed = channel_.empty_.push(index);
  MAILTAP_CHECK(pushed);
  if (channel_.when_full_ == WhenFull::kWait) channel_.worker_.ring();
}

RecordMerger::RecordMerger(const std::vector<RecordChannel*>& channels, DurationNs worker_silent_ns_max)
    : silent_ns_max_(worker_silent_ns_max) {
  MAILTAP_CHECK(!channels.empty());
  for (RecordChannel* channel : channels) receivers_.emplace_back(*channel);
}

// The marks are read before the queues: a record that belongs below a mark is then surely in what is drained.
void RecordMerger::collect() {
  const TimeNs until = lowest_watermark();
  for (std::size_t i = 0; i < receivers_.size(); ++i) {
    const auto worker = static_cast<std::uint16_t>(i);
    receivers_[i].drain(
        [this, worker](const std::uint8_t* data, std::size_t size) { take_buffer(worker, data, size); });
  }
  choose_ready(until);
  told_until_ = std::max(told_until_, until);
}

TimeNs RecordMerger::lowest_watermark() {
  marks_.clear();
  for (const RecordReceiver& receiver : receivers_) marks_.push_back(receiver.reached());
  const TimeNs lowest = *std::min_element(marks_.begin(), marks_.end());
  // A worker that has not said anything yet is starting, not silent.
  if (silent_ns_max_ == 0 || lowest == kTimeMin) return lowest;
  // Those that have ended do not say how far the others are.
  TimeNs newest = kTimeMin;
  for (const TimeNs mark : marks_) newest = mark == kTimeMax ? newest : std::max(newest, mark);
  if (newest == kTimeMin || newest < kTimeMin + silent_ns_max_ || lowest >= newest - silent_ns_max_)
    return lowest;
  ++times_passed_;
  TimeNs passed = kTimeMax;
  for (const TimeNs mark : marks_) {
    if (mark >= newest - silent_ns_max_) passed = std::min(passed, mark);
  }
  return passed;
}

void RecordMerger::take_buffer(std::uint16_t worker, const std::uint8_t* data, std::size_t size) {
  const std::size_t base = arena_.size();
  arena_.insert(arena_.end(), data, data + size);
  for (std::size_t at = 0; at < size;) {
    RecordFrame frame;
    MAILTAP_CHECK(size - at >= sizeof frame);
    std::memcpy(&frame, data + at, sizeof frame);
    at += sizeof frame;
    MAILTAP_CHECK(frame.size <= size - at && frame.head.kind < RecordKind::kCount);
    waiting_.push_back({frame.head, frame.size, worker, base + at});
    dead_ += sizeof frame;
    at += frame.size;
  }
}

// Records without a flow may agree in the first three; their kind and bytes decide, so that even these do
// not depend on which worker sent them.
bool RecordMerger::before(const Reference& a, const Reference& b) const {
  const auto key_a = std::tie(a.head.time, a.head.flow_id, a.head.sequence, a.head.kind, a.size);
  const auto key_b = std::tie(b.head.time, b.head.flow_id, b.head.sequence, b.head.kind, b.size);
  if (key_a != key_b) return key_a < key_b;
  return std::memcmp(arena_.data() + a.offset, arena_.data() + b.offset, a.size) < 0;
}

void RecordMerger::choose_ready(TimeNs until) {
  const auto due = [until](const Reference& r) { return r.head.time < until || until == kTimeMax; };
  for (const Reference& reference : waiting_) {
    if (due(reference)) ready_.push_back(reference);
  }
  if (ready_.empty()) return;
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), due), waiting_.end());
  std::sort(ready_.begin(), ready_.end(),
            [this](const Reference& a, const Reference& b) { return before(a, b); });
}

void RecordMerger::forget_ready() {
  for (const Reference& reference : ready_) dead_ += reference.size;
  ready_.clear();
  if (waiting_.empty()) {
    arena_.clear();
    dead_ = 0;
  } else if (dead_ * 2 > arena_.size()) {
    spare_.clear();
    for (Reference& reference : waiting_) {
      const std::uint8_t* const from = arena_.data() + reference.offset;
      reference.offset = spare_.size();
      spare_.insert(spare_.end(), from, from + reference.size);
    }
    arena_.swap(spare_);
    dead_ = 0;
  }
}

ArrivedRecord RecordMerger::arrived(const Reference& reference) const {
  return {reference.head, reference.worker, {arena_.data() + reference.offset, reference.size}};
}

}  // namespace mailtap
