// SPDX-License-Identifier: Apache-2.0
// Where a worker's cycles go (EVENTS.md 'stats', cycles by stage and idle share). The counter is read four
// times a burst. The stages that take turns packet by packet are told apart in one burst of kSampleEvery
// only; their part of all bursts is estimated from that, so that their sum is exact and each of them is not.
// The worker's thread.
//
//   receive     frames from the source, and back to it
//   decode      headers, flow key, hash
//   flow        the table; deadlines that were due before a packet         \.
//   reassemble  checksum, bytes in order                                    | an estimate each,
//   smtp        probe, dialogue, patterns                                   | exact together
//   emit        records, host counts, session detectors                    /
//   upkeep      sweep, deadlines, host intervals, stats
//
// Idle is an empty poll (live), or waiting for frames or for room to tell something (replay).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/cycles.h"

namespace mailtap {

enum class Stage : std::uint8_t { kReceive, kDecode, kFlow, kReassemble, kSmtp, kEmit, kUpkeep, kCount };
inline constexpr std::size_t kStages = static_cast<std::size_t>(Stage::kCount);
std::string_view name_of(Stage stage);  // "receive", ...

using StageCycles = std::array<std::uint64_t, kStages>;

class StageClock {
 public:
  static constexpr std::uint64_t kSampleEvery = 128;
  using Read = std::uint64_t (*)();

  // `waited`: the cycles spent asleep so far, counted elsewhere by the same thread; outlives this.
  explicit StageClock(const std::uint64_t& waited, Read read = cycles_now)
      : read_(read), waited_(waited), last_(now()) {}

  // What passed since the last lap belongs to that stage, or to none.
  void lap(Stage stage) { cycles_[index(stage)] += lap(); }
  void lap_idle() { idle_ += lap(); }

  // Packet by packet, between these two: flow first, then whatever enter() says.
  void begin_packets() {
    // The first burst touches memory for the first time: it counts only until there is another sample.
    if (bursts_ == kSampleEvery) sample_ = {};
    sampled_ = bursts_++ % kSampleEvery == 0;
    entered_ = last_;
    stage_ = Stage::kFlow;
  }
  void end_packets() {
    enter(Stage::kFlow);
    sampled_ = false;
    packets_ += lap();
  }
  // The stage that was; costs one branch outside a sampled burst.
  Stage enter(Stage stage) {
    if (!sampled_) return stage;
    const Stage before = stage_;
    const std::uint64_t at = now();
    sample_[index(before)] += at - entered_;
    entered_ = at;
    stage_ = stage;
    return before;
  }

  StageCycles by_stage() const;
  std::uint64_t busy() const;
  std::uint64_t idle() const { return idle_ + waited_; }

 private:
  static std::size_t index(Stage stage) { return static_cast<std::size_t>(stage); }
  std::uint64_t now() const { return read_() - waited_; }
  std::uint64_t lap() {
    const std::uint64_t at = now();
    const std::uint64_t passed = at - last_;
    last_ = at;
    return passed;
  }

  Read read_;
  const std::uint64_t& waited_;
  std::uint64_t last_;
  std::uint64_t entered_ = 0;
  std::uint64_t bursts_ = 0;
  std::uint64_t idle_ = 0;
  std::uint64_t packets_ = 0;  // of begin_packets() to end_packets(), all bursts
  StageCycles cycles_{};
  StageCycles sample_{};
  Stage stage_ = Stage::kFlow;
  bool sampled_ = false;
};

// Until the end of a block.
class StageScope {
 public:
  StageScope(StageClock& clock, Stage stage) : clock_(clock), before_(clock.enter(stage)) {}
  ~StageScope() { clock_.enter(before_); }
  StageScope(const StageScope&) = delete;
  StageScope& operator=(const StageScope&) = delete;

 private:
  StageClock& clock_;
  Stage before_;
};

}  // namespace mailtap
