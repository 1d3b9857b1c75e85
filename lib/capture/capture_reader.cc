// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mailtap {

static_assert(kCaptureReserveBytes >= kPcapRecordMax + kPcapFileHeader, "a cut record fits in front");
constexpr std::size_t kZlibBytes = 64 * 1024;  // its state, about 10 KiB, and a window of 32 KiB
static_assert(kPcapngInterfacesMax * sizeof(PcapngInterface) + Inflater::kInputBytes + kZlibBytes <=
                  kOpenCaptureBytes,
              "what the settings say of an open file holds");

CaptureReader::CaptureReader(std::unique_ptr<CaptureFile> file, std::size_t place, TimeNs from,
                             std::uint32_t block_bytes, BlockPool& pool, CaptureCounters& counters)
    : file_(std::move(file)),
      place_(place),
      block_bytes_(block_bytes),
      pool_(pool),
      counters_(counters),
      last_time_(from) {}

CaptureReader::~CaptureReader() {
  if (block_ != nullptr) pool_.leave(*block_);
}

Bytes CaptureReader::at_hand() const {
  return block_ == nullptr ? Bytes() : Bytes(block_->data + at_, end_ - at_);
}

bool CaptureReader::find() { return found_ || find_unfound(); }

bool CaptureReader::find_unfound() {
  if (format_ == Format::kPcap) return find_record();
  if (format_ == Format::kUnknown) judge();
  if (ended_ || format_ == Format::kUnknown) return false;
  return format_ == Format::kPcap ? find_record() : find_block();
}

// Leaves the format unknown while its bytes are not all there.
void CaptureReader::judge() {
  const Bytes bytes = at_hand();
  if (bytes.size() >= 4 && starts_pcapng(bytes)) {
    format_ = Format::kPcapng;
    return;
  }
  if (bytes.size() < kPcapFileHeader) return;
  const Result<PcapFormat> pcap = read_pcap_header(bytes);
  if (!pcap) return stop(file_->path() + ": " + pcap.reason());
  pcap_ = pcap.value();
  record_.link = pcap_.link;
  record_.data_at = pcap_.record_header;
  format_ = Format::kPcap;
  at_ += kPcapFileHeader;
  offset_ = kPcapFileHeader;
}

bool CaptureReader::find_record() {
  if (end_ - at_ < pcap_.record_header) return false;
  const PcapRecord record = read_pcap_record(pcap_, block_->data + at_);
  if (record.captured > kPcapRecordMax) {
    fail("record length " + std::to_string(record.captured) + " exceeds " + std::to_string(kPcapRecordMax));
    return false;
  }
  record_.size = pcap_.record_header + record.captured;
  if (end_ - at_ < record_.size) return false;
  record_.time = record.time;
  record_.captured = record.captured;
  record_.on_wire = record.on_wire;
  found(pcap_.fcs_bytes);
  return true;
}

bool CaptureReader::find_block() {
  for (;;) {
    if (pass_ != 0 && !pass_over()) return false;
    switch (pcapng_.find(at_hand())) {
      case PcapngWalk::Find::kNeedsBytes: return false;
      case PcapngWalk::Find::kPacket: take_packet(); return true;
      case PcapngWalk::Find::kPass: pass_ = pcapng_.size(); break;
      case PcapngWalk::Find::kDamage: fail(pcapng_.damage()); return false;
    }
  }
}

// A packet without a time has that of the one before it.
void CaptureReader::take_packet() {
  const PcapngPacket& packet = pcapng_.packet();
  record_.time = packet.timed ? packet.time : std::max<TimeNs>(last_time_, 0);
  record_.captured = packet.captured;
  record_.on_wire = packet.on_wire;
  record_.data_at = packet.data_at;
  record_.size = pcapng_.size();
  record_.port = packet.interface;
  record_.link = packet.link;
  if (packet.held) counters_.time_clamped.add(1);
  found(packet.fcs_bytes);
}

// Nothing of the block is held but the length at its end.
bool CaptureReader::pass_over() {
  const std::uint64_t inner = pass_ - kPcapngBlockTrailer;
  const std::size_t passed = static_cast<std::size_t>(std::min<std::uint64_t>(inner, end_ - at_));
  at_ += passed;
  pass_ -= passed;
  if (pass_ > kPcapngBlockTrailer || end_ - at_ < kPcapngBlockTrailer) return false;
  if (!pcapng_.ends_here(block_->data + at_)) {
    fail(pcapng_.damage());
    return false;
  }
  at_ += kPcapngBlockTrailer;
  offset_ += pcapng_.size();
  pass_ = 0;
  return true;
}

void CaptureReader::found(std::uint8_t fcs_bytes) {
  if (record_.captured > record_.on_wire) {
    counters_.length_raised.add(1);
    record_.on_wire = record_.captured;
  }
  if (fcs_bytes != 0) {
    record_.on_wire -= std::min<std::uint32_t>(record_.on_wire, fcs_bytes);
    record_.captured = std::min(record_.captured, record_.on_wire);
  }
  if (record_.time < last_time_) {
    counters_.time_clamped.add(1);
    record_.time = last_time_;
  }
  last_time_ = record_.time;
  found_ = true;
}

std::size_t CaptureReader::take(std::span<Frame> frames, TimeNs bound) {
  std::size_t n = 0;
  for (;;) {
    n += take_plain(frames.subspan(n), bound);
    if (n == frames.size() || !find() || record_.time >= bound) break;
    give(frames[n++]);
  }
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < n; ++i) bytes += frames[i].on_wire;
  counters_.frames.add(n);
  counters_.bytes.add(bytes);
  return n;
}

// Nearly every record of nearly every file: whole, sound, and not before the one in front of it. Whatever is
// else ends the loop, and find() judges it.
std::size_t CaptureReader::take_plain(std::span<Frame> frames, TimeNs bound) {
  if (format_ != Format::kPcap || found_ || pcap_.fcs_bytes != 0) return 0;
  const PcapFormat format = pcap_;
  const std::size_t header = format.record_header;
  std::size_t n = 0, at = at_;
  while (n < frames.size() && end_ - at >= header) {
    const std::uint8_t* start = block_->data + at;
    const PcapRecord record = read_pcap_record(format, start);
    if (record.captured > record.on_wire || record.captured > kPcapRecordMax ||
        end_ - at - header < record.captured || record.time < last_time_ || record.time >= bound)
      break;
    last_time_ = record.time;
    frames[n++] = {start + header, record.captured, record.on_wire, record.time, block_, 0, format.link, 0};
    at += header + record.captured;
  }
  pool_.lend(*block_, n);
  offset_ += at - at_;
  at_ = at;
  return n;
}

void CaptureReader::give(Frame& frame) {
  frame.data = block_->data + at_ + record_.data_at;
  frame.captured = record_.captured;
  frame.on_wire = record_.on_wire;
  frame.time = record_.time;
  frame.owner = block_;
  frame.port = record_.port;
  frame.link = record_.link;
  frame.fragment = 0;
  pool_.lend(*block_);
  at_ += record_.size;
  offset_ += record_.size;
  found_ = false;
}

// The cut record goes to the front of a block that nobody else looks at: the same one if its frames are all
// back, which keeps one block warm, else another. False: all blocks are lent.
bool CaptureReader::make_room() {
  const std::size_t cut = end_ - at_;
  Block* to = block_ != nullptr && block_->lent == 0 ? block_ : pool_.take();
  if (to == nullptr) return false;
  if (block_ != nullptr) {
    if (to != block_ || at_ > 0) std::memmove(to->data, block_->data + at_, cut);
    if (to != block_) pool_.leave(*block_);
  }
  block_ = to;
  at_ = 0;
  end_ = cut;
  return true;
}

CaptureReader::Refill CaptureReader::refill() {
  if (ended_) return Refill::kEnded;
  if (!make_room()) return Refill::kNoBlock;
  const std::size_t room = std::min<std::size_t>(block_bytes_, block_->capacity - end_);
  const ReadResult result = file_->read(block_->data + end_, room);
  counters_.bytes_read.add(file_->consumed() - counted_);
  counted_ = file_->consumed();
  end_ += result.size;
  switch (result.state) {
    case ReadResult::State::kBytes: return Refill::kRead;
    case ReadResult::State::kInterrupted: return Refill::kInterrupted;
    case ReadResult::State::kEnd: end(); break;
    case ReadResult::State::kFailed: stop(file_->path() + ": " + file_->failure()); break;
  }
  return Refill::kEnded;
}

void CaptureReader::end() {
  if (format_ == Format::kUnknown) return stop(file_->path() + ": " + read_pcap_header(at_hand()).reason());
  if (end_ != at_ || pass_ != 0) return fail(why_cut());
  stop({});
}

std::string CaptureReader::why_cut() const {
  std::string what = format_ == Format::kPcap ? "record" : "block";
  const bool header_is_cut =
      format_ == Format::kPcap ? end_ - at_ < pcap_.record_header : pcapng_.size() == 0;
  if (header_is_cut) return what + " header is cut by the end of the file";
  const std::uint32_t size = format_ == Format::kPcap ? record_.size - pcap_.record_header : pcapng_.size();
  return what + " of " + std::to_string(size) + " bytes runs beyond the end of the file";
}

void CaptureReader::fail(const std::string& why) {
  stop(file_->path() + ": offset " + std::to_string(offset_) + ": " + why);
}

void CaptureReader::stop(std::string damage) {
  damage_ = std::move(damage);
  at_ = end_;
  ended_ = true;
}

}  // namespace mailtap
