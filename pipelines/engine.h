// SPDX-License-Identifier: Apache-2.0
// The whole machine: one source, N workers, an RX core where there are several, and the control core. The
// caller's thread is the control core; every other core is a thread that starts and ends in run().
//
//   workers == 1:  worker thread (reads the source itself)              -> control core
//   workers  > 1:  RX core thread -> N worker threads (FrameRing each)  -> control core
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "packet/packet_source.h"
#include "pipelines/control.h"
#include "pipelines/frame_ring.h"
#include "pipelines/worker_parts.h"

namespace mailtap {

struct EngineResult {
  SourceState state = SourceState::kEnded;
  std::string failure;  // of the source, one line; empty unless state is kFailed
  TimeNs first = 0;     // capture time of the first packet; with `last` 0: there was none
  TimeNs last = 0;
};

class Engine {
 public:
  // Called at the start of the thread that owns the source; what it answers is kept, and let go by the same
  // thread when it is done with the source.
  using SourceThread = std::function<std::shared_ptr<void>()>;

  // All outlive it. workers: 1 .. kWorkersMax.
  Engine(const WorkerParts& parts, unsigned workers, PacketSource& source, ControlParts sinks,
         SourceThread source_thread = {});

  // Until the source ends, or `stop` is set and what was received is done with. Everything is told and
  // written when it returns. Once. Throws std::bad_alloc when there is no memory or no thread for a worker.
  EngineResult run(const std::atomic<bool>& stop);

  const StatsTotals& stats() const { return control_.stats(); }  // after run()

 private:
  std::shared_ptr<void> enter_source_thread() const;
  void run_workers(const std::atomic<bool>& stop, std::vector<std::thread>& threads);
  void give_up_start(std::size_t started);

  const WorkerParts& parts_;
  unsigned workers_;
  PacketSource& source_;
  SourceThread source_thread_;
  Doorbell control_bell_;
  Doorbell rx_bell_;
  FragmentCounters fragment_counters_;  // the RX core's; a worker tells them
  std::vector<std::unique_ptr<FrameRing>> rings_;
  std::vector<std::unique_ptr<RecordChannel>> channels_;
  Control control_;
  std::vector<TimeNs> first_times_;  // by worker, each written by its own thread
  std::vector<TimeNs> last_times_;
  std::atomic<bool> out_of_memory_{false};
  SourceState state_ = SourceState::kEnded;
};

}  // namespace mailtap
