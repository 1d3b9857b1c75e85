// SPDX-License-Identifier: Apache-2.0
// Where frames come from: a NIC's queue, a file, or the ring of an RX core. The rest of the program cannot
// tell them apart. One thread owns a source and makes every call. No call allocates or throws.
//
//   for (;;) {
//     Receipt receipt = source.receive(frames);      // up to frames.size() frames
//     ... work on frames[0 .. receipt.count) ...
//     source.release({frames.data(), receipt.count});  // any order, any grouping, each exactly once
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/time.h"
#include "packet/fragment_counters.h"
#include "packet/frame.h"

namespace mailtap {

enum class SourceState : std::uint8_t {
  kMore,    // there is or will be more
  kEnded,   // count is 0 and there will be nothing more: the end of the file, or a stop that is drained
  kFailed,  // as kEnded, but the input was damaged: the source can say what was wrong (`failure()`)
};

struct Receipt {
  std::size_t count = 0;
  SourceState state = SourceState::kMore;
  TimeNs now =
      kTimeMin;  // no frame before this time will follow; moves on an idle link too, so that timeouts happen
};

// What the source itself knows to be lost or odd; by the owner's thread. Sums since start.
struct SourceCounters {
  std::uint64_t frames = 0;        // handed out
  std::uint64_t bytes = 0;         // of them, on the wire
  std::uint64_t missed = 0;        // the NIC had no descriptor (imissed)
  std::uint64_t no_buffer = 0;     // the pool was empty (rx_nombuf)
  std::uint64_t errors = 0;        // ierrors, or frames the source could not make contiguous
  std::uint64_t time_clamped = 0;  // time ran backwards and was held
  std::uint64_t files_waited = 0;  // files opened after their time had come: too many were open
  std::uint64_t length_raised =
      0;  // a record held more bytes than the frame is said to have had; taken as its length
  std::uint64_t bytes_read = 0;   // of the file, headers included: for a progress bar
  std::uint64_t bytes_total = 0;  // of the file; 0 when unknown
  FragmentSums fragments;         // where an RX core in front of the source puts them together
};

class PacketSource {
 public:
  PacketSource() = default;
  PacketSource(const PacketSource&) = delete;
  PacketSource& operator=(const PacketSource&) = delete;
  virtual ~PacketSource() = default;

  // A finite source (a file, a finite net_pcap) may block in receive() on its own input, and hands out
  // nothing when all its buffers are lent (count 0, kMore): give some back and ask again.
  virtual Receipt receive(std::span<Frame> frames) = 0;
  virtual void release(std::span<const Frame> frames) = 0;

  // Another thread may read these while the source runs (relaxed counters behind them).
  virtual SourceCounters counters() const = 0;

  // After kFailed: one line, with file and offset. Empty otherwise. Owner's thread.
  virtual const char* failure() const { return ""; }
};

}  // namespace mailtap
