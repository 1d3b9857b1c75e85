// SPDX-License-Identifier: Apache-2.0
#include "disorder.h"

#include <limits>

namespace mailtap::traffic {

void DisorderStage::put(const Frame& frame) {
  release_until(frame.time_ns);
  if (lose(frame)) return;
  std::uint64_t due_ns = frame.time_ns + frame.skew_ns;
  if (!frame.steady && random_.chance(options_.reorder)) {
    due_ns += std::uint64_t{random_.between(1, options_.reorder_us)} * 1000;
  }
  const int copies = options_.twice ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    hold(frame, due_ns);
    due_ns += random_.between(500, 20000);
  }
  if (!frame.steady && random_.chance(options_.duplicates)) hold(frame, due_ns + random_.below(1000000));
}

void DisorderStage::finish() { release_until(std::numeric_limits<std::uint64_t>::max()); }

bool DisorderStage::lose(const Frame& frame) {
  if (!random_.chance(options_.losses)) return false;
  if (frame.tap != nullptr) {
    ++frame.tap->lost_packets;
    frame.tap->lost_bytes += frame.payload_size;
  }
  return true;
}

void DisorderStage::hold(const Frame& frame, std::uint64_t due_ns) {
  if (free_slots_.empty()) {
    free_slots_.push_back(static_cast<std::uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const std::uint32_t slot = free_slots_.back();
  free_slots_.pop_back();
  slots_[slot].assign(frame.data, frame.data + frame.size);
  queue_.push({due_ns, order_++, slot});
}

void DisorderStage::release_until(std::uint64_t time_ns) {
  while (!queue_.empty() && queue_.top().due_ns <= time_ns) {
    const Held held = queue_.top();
    queue_.pop();
    Frame frame;
    frame.time_ns = held.due_ns;
    frame.data = slots_[held.slot].data();
    frame.size = slots_[held.slot].size();
    next_.put(frame);
    free_slots_.push_back(held.slot);
  }
}

}  // namespace mailtap::traffic
