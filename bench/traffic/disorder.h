// SPDX-License-Identifier: Apache-2.0
// The tap between the wire and the file: late packets, one direction later than the other, doubled and lost
// packets. Frames leave in order of their new times. Holds what came in the last few milliseconds, no more.
#ifndef MAILTAP_BENCH_TRAFFIC_DISORDER_H_
#define MAILTAP_BENCH_TRAFFIC_DISORDER_H_

#include <cstdint>
#include <queue>
#include <vector>

#include "frame_sink.h"
#include "options.h"
#include "random.h"

namespace mailtap::traffic {

class DisorderStage final : public FrameSink {
 public:
  DisorderStage(const DisorderOptions& options, Random random, FrameSink& next)
      : options_(options), random_(random), next_(next) {}

  void put(const Frame& frame) override;
  // Lets go of everything.
  void finish();

 private:
  struct Held {
    std::uint64_t due_ns;
    std::uint64_t order;
    std::uint32_t slot;
    bool operator>(const Held& that) const {
      return due_ns != that.due_ns ? due_ns > that.due_ns : order > that.order;
    }
  };

  bool lose(const Frame& frame);
  void hold(const Frame& frame, std::uint64_t due_ns);
  void release_until(std::uint64_t time_ns);

  DisorderOptions options_;
  Random random_;
  FrameSink& next_;
  std::priority_queue<Held, std::vector<Held>, std::greater<>> queue_;
  std::vector<std::vector<std::uint8_t>> slots_;
  std::vector<std::uint32_t> free_slots_;
  std::uint64_t order_ = 0;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_DISORDER_H_
