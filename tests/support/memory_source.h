// SPDX-License-Identifier: Apache-2.0
// A PacketSource for tests: frames from memory, handed out in bursts of any size; ends behind the last one
// unless told to stay open. It checks that each frame comes back exactly once. Owner's thread.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/counter.h"
#include "packet/packet_source.h"

namespace mailtap {

struct MemoryFrame {
  TimeNs time = 0;
  std::vector<std::uint8_t> bytes;
  std::uint32_t on_wire = 0;  // 0: as many as there are bytes
  LinkType link = LinkType::kEthernet;
};

class MemorySource final : public PacketSource {
 public:
  explicit MemorySource(std::vector<MemoryFrame> frames, bool finite = true)
      : frames_(std::move(frames)), lent_(frames_.size(), false), finite_(finite) {}

  // A source that is not finite stays open until this.
  void end() { finite_ = true; }
  // The end is then damage, for this reason.
  void end_with_failure(std::string why) { failure_ = std::move(why); }
  void set_burst_max(std::size_t burst) { burst_max_ = burst; }
  // What an idle link reports; frames move it too.
  void set_now(TimeNs now) { now_ = std::max(now_, now); }
  std::size_t frames_lent() const {
    return static_cast<std::size_t>(std::count(lent_.begin(), lent_.end(), true));
  }

  Receipt receive(std::span<Frame> out) override {
    Receipt receipt;
    const std::size_t room = std::min(out.size(), burst_max_);
    while (receipt.count < room && next_ < frames_.size()) lend(out[receipt.count++]);
    if (receipt.count == 0 && finite_)
      receipt.state = failure_.empty() ? SourceState::kEnded : SourceState::kFailed;
    receipt.now = now_;
    return receipt;
  }

  void release(std::span<const Frame> frames) override {
    for (const Frame& frame : frames) {
      const auto index = static_cast<std::size_t>(static_cast<MemoryFrame*>(frame.owner) - frames_.data());
      MAILTAP_CHECK(index < frames_.size() && lent_[index]);
      lent_[index] = false;
    }
  }

  SourceCounters counters() const override {
    SourceCounters counters;
    counters.frames = handed_out_.get();
    counters.bytes = bytes_.get();
    return counters;
  }
  const char* failure() const override { return failure_.c_str(); }

 private:
  void lend(Frame& out) {
    MemoryFrame& from = frames_[next_];
    const auto size = static_cast<std::uint32_t>(from.bytes.size());
    now_ = std::max(now_, from.time);
    out = Frame{from.bytes.data(), size, std::max(size, from.on_wire), now_, &from, 0, from.link};
    lent_[next_++] = true;
    handed_out_.add(1);
    bytes_.add(out.on_wire);
  }

  std::vector<MemoryFrame> frames_;
  std::vector<bool> lent_;
  bool finite_;
  std::size_t next_ = 0;
  std::size_t burst_max_ = 64;
  TimeNs now_ = kTimeMin;
  std::string failure_;
  Counter handed_out_;
  Counter bytes_;
};

}  // namespace mailtap
