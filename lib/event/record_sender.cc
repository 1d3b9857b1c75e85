// SPDX-License-Identifier: Apache-2.0
#include "event/record_sender.h"

#include <chrono>
#include <thread>

#include "base/check.h"
#include "base/cycles.h"

namespace mailtap {
namespace {

constexpr std::chrono::microseconds kLookAgain{200};
constexpr DurationNs kReplayPatienceNs = 100'000'000;  // of capture time

}  // namespace

RecordSender::RecordSender(RecordChannel& channel) : channel_(channel) {}

bool RecordSender::take_buffer() {
  for (;;) {
    const std::uint32_t ticket = channel_.worker_.ticket();
    if (channel_.empty_.pop(index_)) break;
    if (channel_.when_full_ != WhenFull::kWait && !waits_) return false;
    wait(ticket);
  }
  at_ = channel_.at(index_);
  used_ = 0;
  return true;
}

void RecordSender::wait(std::uint32_t ticket) {
  const std::uint64_t begin = cycles_now();
  if (channel_.when_full_ == WhenFull::kWait)
    channel_.worker_.wait(ticket);
  else
    std::this_thread::sleep_for(kLookAgain);  // live, nobody rings
  cycles_waited_ += cycles_now() - begin;
}

// The queue has room for every buffer there is, so this never fails.
void RecordSender::flush() {
  const bool pushed = channel_.filled_.push({index_, static_cast<std::uint32_t>(used_)});
  MAILTAP_CHECK(pushed);
  at_ = nullptr;
  used_ = 0;
  if (channel_.when_full_ == WhenFull::kWait && channel_.control_ != nullptr) channel_.control_->ring();
}

bool RecordSender::worth_waiting(TimeNs time) const {
  if (used_ * 2 >= channel_.buffer_bytes_) return false;
  // Nobody looks on in replay, and each hand-over may wake a sleeper; other workers' records wait for ours.
  if (channel_.when_full_ == WhenFull::kWait)
    return published_ != kTimeMin && time - published_ < kReplayPatienceNs;
  const std::size_t on_their_way = channel_.buffers_ - channel_.filled_.room();
  return on_their_way * 2 >= channel_.buffers_;
}

void RecordSender::reached(TimeNs time) {
  if (time <= published_) return;
  if (used_ != 0) {
    if (worth_waiting(time)) return;
    flush();
  }
  published_ = time;
  channel_.watermark_.publish(time);
}

void RecordSender::finish() {
  if (used_ != 0) flush();
  published_ = kTimeMax;
  channel_.watermark_.publish(kTimeMax);
  if (channel_.control_ != nullptr) channel_.control_->ring();
}

void RecordSender::commit(const RecordHead& head, RecordKind kind, const RecordWriter& writer) {
  RecordFrame frame{head, static_cast<std::uint32_t>(writer.size())};
  frame.head.kind = kind;
  if (writer.cut()) {
    frame.head.truncated = true;
    channel_.cut_.add(1);
  }
  std::memcpy(at_ + used_, &frame, sizeof frame);
  used_ += sizeof frame + writer.size();
}

}  // namespace mailtap
