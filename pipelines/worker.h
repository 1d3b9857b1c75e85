// SPDX-License-Identifier: Apache-2.0
// One worker, from frames to records; read this first. A burst's way:
//
//   source.receive  ->  decode (fragments: put together, and again), key, hash, prefetch (all of the burst)
//                   ->  for each segment, in order of time:
//                         what is due by its time (deadlines of sessions, ended host intervals)
//                         flow table: whose is it?  not ours: left at once
//                         reassembler -> SessionReader: probe or dialogue -> records
//                   ->  what is due by the source's time; the watermark; frames back to the source
//
// The worker's thread makes it, so that first touch puts its memory on that thread's node, and alone touches
// it. The loop allocates nothing and makes no system call, except to sleep where the source or the channel
// may (replay).
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "event/record_sender.h"
#include "flow/flow_table.h"
#include "packet/decode.h"
#include "packet/packet_source.h"
#include "pipelines/deadline_heap.h"
#include "pipelines/distributor.h"
#include "pipelines/fragment_desk.h"
#include "pipelines/session_reader.h"
#include "pipelines/session_store.h"
#include "pipelines/stage_clock.h"
#include "pipelines/worker_parts.h"
#include "tcp/stream_reassembler.h"

namespace mailtap {

class Worker {
 public:
  // `number`: its place among the workers. `steered`: its frames come from an RX core, which has put
  // fragments together. What `parts` refers to, source and channel outlive it.
  Worker(std::uint16_t number, const WorkerParts& parts, PacketSource& source, RecordChannel& channel,
         bool steered);

  // Until the source ends, or `stop` is set and the source has nothing more at hand. Ends all sessions, sends
  // the last stats and finishes the channel.
  void run(const std::atomic<bool>& stop);

  // After run().
  SourceState state() const { return state_; }
  TimeNs first_time() const { return first_time_; }  // of the first frame; kTimeMax: there was none
  TimeNs last_time() const { return now_; }

 private:
  struct Decoded {
    TcpSegment segment;
    KeyedSegment keyed;
    std::uint64_t hash = 0;
  };

  bool step(const std::atomic<bool>& stop);
  void work(std::span<const Frame> frames);
  void sweep();
  std::size_t decode_burst(std::span<const Frame> frames);
  bool decode(const Frame& frame, TcpSegment& segment);
  bool put_together(const Frame& frame, TcpSegment& segment);
  void handle(const Decoded& decoded);
  static void note_sum(const Decoded& decoded, FlowState& state);
  FlowState* flow_of(const Decoded& decoded);
  FlowState* open_flow(const Decoded& decoded);
  void give_to_session(const Decoded& decoded, FlowState& state);
  std::uint32_t open_session(const Decoded& decoded, FlowState& state);
  void tell_start(Session& session, const FlowState& state, TimeNs time);
  static void note_opener(Session& session, const FlowState& state);
  void after_call(std::uint32_t index, FlowState& state, TimeNs now);
  void end_session(std::uint32_t index, EndReason reason, TimeNs now);
  void release_session(std::uint32_t index);

  bool reach(TimeNs now);
  void on_deadline(std::uint32_t index, TimeNs now);
  void finish();
  bool send_stats(TimeNs now);
  StatsCounts counts() const;
  std::span<const NamedCount> cycles_by_stage(std::array<NamedCount, kStages>& room) const;
  void lap(bool idle, Stage stage);

  const WorkerParts& parts_;
  const std::uint16_t number_;
  PacketSource& source_;
  RecordSender sender_;
  StageClock clock_;
  Decoder decoder_;
  FragmentDesk fragments_;
  FlowTable flows_;
  SessionStore sessions_;
  DeadlineHeap deadlines_;
  PagePool held_;
  StreamReassembler reassembler_;
  HostDeltas hosts_;
  SessionReader reader_;
  std::array<Decoded, kBurstMax> burst_;
  std::array<std::uint64_t, static_cast<std::size_t>(Drop::kCount)> drops_{};
  std::uint64_t packets_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t stale_segments_ = 0;
  std::uint64_t swept_for_ = 0;  // flows opened when the table was last swept
  std::uint64_t sessions_new_ = 0;
  std::uint64_t sessions_evicted_ = 0;
  TimeNs first_time_ = kTimeMax;
  TimeNs now_ = kTimeMin;
  TimeNs stats_due_ = kTimeMin;
  std::uint32_t stats_sent_ = 0;
  SourceState state_ = SourceState::kMore;
};

}  // namespace mailtap
