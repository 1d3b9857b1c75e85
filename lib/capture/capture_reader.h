// SPDX-License-Identifier: Apache-2.0
// The frames of one capture file after the other, each in the order of the file, as views into blocks of a
// pool. The format is known by its first bytes. Only the record that a block's end cuts is moved, in front of
// what is read next. One thread. All memory is taken by the constructor, but for the text of what is damaged:
// once a file, and where there is none for it either, damage() is "out of memory".
//
// Time never runs backwards within a file: an earlier time is held at the last one and counted. A record that
// holds more bytes than its frame is said to have had is taken at its size and counted. Damage ends the file,
// after everything in front of it; packets of an interface that is not described are handed on as
// LinkType::kUnknown, and damage() tells of the first when the file has ended.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "base/counter.h"
#include "capture/block_pool.h"
#include "capture/capture_file.h"
#include "capture/pcap_format.h"
#include "capture/pcapng_format.h"
#include "packet/frame.h"

namespace mailtap {

struct CaptureCounters {
  Counter frames, bytes, time_clamped, length_raised, bytes_read;
};

class CaptureReader {
 public:
  enum class Refill : std::uint8_t {
    kRead,         // look again
    kNoBlock,      // all are lent
    kInterrupted,  // nothing came before the interrupt
    kEnded,        // nothing will come; damage() is empty when all was well
  };

  // `interrupt` and `inflater_memory` as CaptureFile takes them; they and `pool` outlive it.
  CaptureReader(const Interrupt* interrupt, BlockPool& pool, std::span<std::uint8_t> inflater_memory);
  ~CaptureReader() { close(); }
  CaptureReader(const CaptureReader&) = delete;
  CaptureReader& operator=(const CaptureReader&) = delete;

  // `place`: of the file on the command line. `from`: no frame is told to be earlier. `path` and `counters`
  // outlive the file's close(). False: it does not open, and damage() says why.
  bool open(const std::string& path, std::size_t place, TimeNs from, std::uint32_t block_bytes,
            CaptureCounters& counters);
  void close();

  // Whether a frame is at hand; its time is next_time().
  bool find();
  TimeNs next_time() const { return record_.time; }

  // Frames that are at hand and before `bound`.
  std::size_t take(std::span<Frame> frames, TimeNs bound);

  // When none is at hand. Waits for a pipe.
  Refill refill();

  bool started() const { return format_ != Format::kUnknown; }
  bool ended() const { return ended_; }
  const std::string& damage() const { return damage_; }  // "FILE: offset N: why"
  std::string take_damage() { return std::move(damage_); }
  std::size_t place() const { return place_; }

 private:
  enum class Format : std::uint8_t { kUnknown, kPcap, kPcapng };

  struct Record {
    TimeNs time = 0;
    std::uint32_t captured = 0;
    std::uint32_t on_wire = 0;
    std::uint32_t data_at = 0;  // from at_
    std::uint32_t size = 0;     // all of it
    std::uint16_t port = 0;
    LinkType link = LinkType::kUnknown;
  };

  Bytes at_hand() const;
  bool find_unfound();
  bool find_in_format();
  void judge();
  bool find_record();
  bool find_block();
  void take_packet();
  void note_stray();
  bool pass_over();
  void found(std::uint8_t fcs_bytes);
  std::size_t take_plain(std::span<Frame> frames, TimeNs bound);
  void give(Frame& frame);
  bool make_room();
  Refill read_on();
  void end();
  std::string why_cut() const;
  void fail(const std::string& why);
  void stop(const std::string& why);
  void stop_untold();

  struct Stray {
    std::uint64_t packets = 0;
    std::uint64_t offset = 0;  // of the first, as are the others
    std::uint64_t interface = 0;
    std::uint64_t described = 0;
  };

  CaptureFile file_;
  BlockPool& pool_;
  std::size_t place_ = 0;
  std::uint32_t block_bytes_ = 0;
  CaptureCounters* counters_ = nullptr;
  Format format_ = Format::kUnknown;
  bool found_ = false;
  bool ended_ = false;
  Block* block_ = nullptr;     // what is read now; nullptr before the first
  std::size_t at_ = 0;         // in block_: the next record, or what is passed over
  std::size_t end_ = 0;        // in block_: behind the last byte read
  std::uint64_t offset_ = 0;   // of the next record or block in its file, unpacked
  std::uint64_t pass_ = 0;     // bytes of a block that are still to be passed over
  std::uint64_t counted_ = 0;  // bytes of the file that stand in counters_
  TimeNs last_time_ = kTimeMin;
  Record record_;
  PcapFormat pcap_;
  PcapngWalk pcapng_;
  Stray stray_;
  std::string damage_;
};

}  // namespace mailtap
