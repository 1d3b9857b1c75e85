// SPDX-License-Identifier: Apache-2.0
// Frames from capture files, pcap and pcapng, as they are or packed by gzip, merged in the order of time as
// if they were one file; frames of the same time in the order in which the files were named. A frame is a
// view into a block that was read; while every frame is given back before more are asked for, one block a
// file is read into again and again.
//
// A file is open only from its first frame's time to its last's, so that any number of files that follow one
// another need one or two at once. What can be read only once (a pipe, standard input) is open from the
// start. Where more than `open_files_max` overlap, those named later wait for one to end: they are counted
// (files_waited), and their frames' times are held and counted, as are those of a file whose own records run
// backwards: time never does.
//
// What open files need (readers, blocks, memory for zlib, descriptors) is taken at the start, for as many as
// can be open at once; receive() and release() allocate nothing but the text of what is damaged.
//
// Damage (a cut record, a length that cannot be, a read that fails, a file that does not open) ends its file;
// the others are read all the same, and the end is kFailed, with every reason in the order of the files,
// after everything that could be read was handed out.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/counter.h"
#include "base/memory.h"
#include "base/result.h"
#include "capture/block_pool.h"
#include "capture/capture_reader.h"
#include "capture/capture_settings.h"
#include "capture/interrupt.h"
#include "packet/packet_source.h"

namespace mailtap {

class CaptureSource final : public PacketSource {
 public:
  // Looks into every file for its first frame, one after the other; where there is one file only, as far as
  // its header. Fails when none of them is a capture, with every reason. `paths` is not empty; "-" is
  // standard input. `interrupt` outlives the source; null: a pipe is waited for without end.
  static Result<std::unique_ptr<PacketSource>> open(std::vector<std::string> paths,
                                                    const CaptureSettings& settings,
                                                    const Interrupt* interrupt = nullptr);

  // Once interrupted, a pipe that has nothing gives nothing.
  Receipt receive(std::span<Frame> frames) override;
  void release(std::span<const Frame> frames) override;
  SourceCounters counters() const override;
  const char* failure() const override { return failure_.c_str(); }

 private:
  // A file whose turn has not come.
  struct Waiting {
    TimeNs first = 0;
    std::size_t place = 0;  // among the paths
  };

  CaptureSource(std::vector<std::string> paths, const CaptureSettings& settings, const Interrupt* interrupt);
  Status start();
  void start_alone(std::size_t place);
  void look_into(std::size_t place);
  Status raise_descriptor_limit() const;
  CaptureReader* open_reader(std::size_t place, std::uint32_t block_bytes, CaptureCounters& counters);
  void close_reader(CaptureReader& reader);
  bool choose();
  CaptureReader* earliest();
  bool open_waiting(const CaptureReader* earliest);
  TimeNs bound_of(const CaptureReader& reader) const;
  bool refill(CaptureReader& reader);
  void retire(CaptureReader& reader);
  void add_failure(std::size_t place, std::string reason);
  void join_failures();

  std::vector<std::string> paths_;
  CaptureSettings settings_;
  BlockPool pool_;
  CaptureCounters counters_;
  Counter files_waited_;
  Memory inflater_memory_;
  std::vector<std::unique_ptr<CaptureReader>> readers_;
  std::vector<CaptureReader*> idle_, open_;  // each reader stands in one of them
  std::vector<Waiting> waiting_;             // from next_waiting_ on; by time and place
  std::size_t next_waiting_ = 0;
  CaptureReader* current_ = nullptr;  // whose frames come next; nullptr: to be chosen
  TimeNs bound_ = kTimeMax;           // frames of current_ before it precede those of all others
  TimeNs last_time_ = kTimeMin;
  SourceState state_ = SourceState::kMore;
  bool any_started_ = false;
  std::vector<std::pair<std::size_t, std::string>> failures_;  // place, reason
  std::string failure_;
  std::uint64_t bytes_total_ = 0;
};

// With the settings' defaults.
Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path);
Result<std::unique_ptr<PacketSource>> open_captures(std::vector<std::string> paths,
                                                    const CaptureSettings& settings = {});

}  // namespace mailtap
