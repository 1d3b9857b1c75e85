// SPDX-License-Identifier: Apache-2.0
// Frames from classic pcap files, one file after the other, as if they were one. Files are read in large
// blocks; a frame is a view into its block, and only the record that a block's end cuts is moved, in front of
// the next block. While every frame is given back before more are asked for, one block is read into again and
// again.
//
// Time never runs backwards, across files too: an earlier time is held at the last one and counted. A record
// that holds more bytes than its frame is said to have had is taken at its size and counted. Damage (a cut
// record, a length beyond kPcapRecordMax, a read that fails, a file that does not open) ends its file; the
// next one is read all the same, and the end is kFailed, with every reason, after everything that could be
// read was handed out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/counter.h"
#include "base/result.h"
#include "capture/block_pool.h"
#include "capture/capture_file.h"
#include "capture/capture_settings.h"
#include "packet/packet_source.h"

namespace mailtap {

class CaptureSource final : public PacketSource {
 public:
  // Opens the first file that can be; each further one when its turn comes. Fails when none can, with every
  // reason. `paths` is not empty.
  static Result<std::unique_ptr<PacketSource>> open(std::vector<std::string> paths,
                                                    const CaptureSettings& settings);

  Receipt receive(std::span<Frame> frames) override;
  void release(std::span<const Frame> frames) override;
  SourceCounters counters() const override;
  const char* failure() const override { return failure_.c_str(); }

 private:
  enum class Step : std::uint8_t { kFrame, kNeedsBytes, kStop };

  CaptureSource(std::vector<std::string> paths, const CaptureSettings& settings);
  Step next_frame(Frame& frame);
  void fill(Frame& frame, const PcapRecord& record);
  TimeNs hold_time(TimeNs time);
  bool make_room();
  bool refill();
  bool next_file();
  bool end_of_file();
  bool fail(const std::string& why);
  void add_failure(const std::string& reason);

  std::vector<std::string> paths_;
  std::size_t next_path_ = 0;
  std::optional<CaptureFile> file_;  // the one that is read; none before the first
  std::size_t block_bytes_;
  BlockPool pool_;
  Block* block_ = nullptr;                  // what is read now; nullptr before the first
  std::size_t at_ = 0;                      // in block_: the next record
  std::size_t end_ = 0;                     // in block_: behind the last byte read
  std::uint64_t offset_ = kPcapFileHeader;  // of the next record in its file
  std::uint64_t record_size_ = 0;           // of the record that waits for bytes; 0 while its header is cut
  TimeNs last_time_ = kTimeMin;
  SourceState state_ = SourceState::kMore;
  std::string failure_;
  std::uint64_t bytes_total_ = 0;
  Counter frames_, bytes_, time_clamped_, length_raised_, bytes_read_;
};

// With the settings' defaults.
Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path);
Result<std::unique_ptr<PacketSource>> open_captures(std::vector<std::string> paths,
                                                    const CaptureSettings& settings = {});

}  // namespace mailtap
