// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_reader.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace mailtap {

static_assert(kCaptureReserveBytes >= kPcapRecordMax + kPcapFileHeader, "a cut record fits in front");
static_assert(kPcapngInterfacesMax * sizeof(PcapngInterface) + Inflater::kMemoryBytes +
                      sizeof(CaptureReader) <=
                  kOpenCaptureBytes,
              "what the settings say of an open file holds");

CaptureReader::CaptureReader(const Interrupt* interrupt, BlockPool& pool,
                             std::span<std::uint8_t> inflater_memory)
    : file_(interrupt, inflater_memory), pool_(pool) {}

bool CaptureReader::open(const std::string& path, std::size_t place, TimeNs from, std::uint32_t block_bytes,
                         CaptureCounters& counters) {
  close();
  place_ = place;
  block_bytes_ = block_bytes;
  counters_ = &counters;
  last_time_ = from;
  try {
    const Status status = file_.open(path);
    if (!status) stop(status.reason());
  } catch (const std::bad_alloc&) {
    stop_untold();
  }
  return !ended_;
}

void CaptureReader::close() {
  if (block_ != nullptr) pool_.leave(*block_);
  file_.close();
  format_ = Format::kUnknown;
  found_ = ended_ = false;
  block_ = nullptr;
  at_ = end_ = 0;
  offset_ = pass_ = counted_ = 0;
  record_ = {};
  pcap_ = {};
  pcapng_.start_over();
  stray_ = {};
  damage_.clear();
}

Bytes CaptureReader::at_hand() const {
  return block_ == nullptr ? Bytes() : Bytes(block_->data + at_, end_ - at_);
}

bool CaptureReader::find() { return found_ || find_unfound(); }

// Only the text of a damage takes memory, and damage ends the file.
bool CaptureReader::find_unfound() {
  try {
    return find_in_format();
  } catch (const std::bad_alloc&) {
    stop_untold();
    return false;
  }
}

bool CaptureReader::find_in_format() {
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
  if (!pcap) return stop(pcap.reason());
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
  record_.port = static_cast<std::uint16_t>(std::min<std::uint32_t>(packet.interface, kPcapngInterfacesMax));
  record_.link = packet.link;
  if (packet.held) counters_->time_clamped.add(1);
  if (packet.stray) note_stray();
  found(packet.fcs_bytes);
}

void CaptureReader::note_stray() {
  if (stray_.packets++ == 0) stray_ = {1, offset_, pcapng_.packet().interface, pcapng_.described()};
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
    counters_->length_raised.add(1);
    record_.on_wire = record_.captured;
  }
  if (fcs_bytes != 0) {
    record_.on_wire -= std::min<std::uint32_t>(record_.on_wire, fcs_bytes);
    record_.captured = std::min(record_.captured, record_.on_wire);
  }
  if (record_.time < last_time_) {
    counters_->time_clamped.add(1);
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
  counters_->frames.add(n);
  counters_->bytes.add(bytes);
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
  try {
    return read_on();
  } catch (const std::bad_alloc&) {
    stop_untold();
    return Refill::kEnded;
  }
}

CaptureReader::Refill CaptureReader::read_on() {
  const std::size_t room = std::min<std::size_t>(block_bytes_, block_->capacity - end_);
  const ReadResult result = file_.read(block_->data + end_, room);
  counters_->bytes_read.add(file_.consumed() - counted_);
  counted_ = file_.consumed();
  end_ += result.size;
  switch (result.state) {
    case ReadResult::State::kBytes: return Refill::kRead;
    case ReadResult::State::kInterrupted: return Refill::kInterrupted;
    case ReadResult::State::kEnd: end(); break;
    case ReadResult::State::kFailed: stop(file_.failure()); break;
  }
  return Refill::kEnded;
}

void CaptureReader::end() {
  if (format_ == Format::kUnknown) return stop(read_pcap_header(at_hand()).reason());
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

void CaptureReader::fail(const std::string& why) { stop("offset " + std::to_string(offset_) + ": " + why); }

// Strays, which did not end the file, stand before what did.
void CaptureReader::stop(const std::string& why) {
  std::string all = why;
  if (stray_.packets != 0) {
    all = "offset " + std::to_string(stray_.offset) + ": interface " + std::to_string(stray_.interface) +
          " of " + std::to_string(stray_.described) +
          ", packets passed over: " + std::to_string(stray_.packets);
    if (!why.empty()) all += "; " + why;
  }
  if (!all.empty()) damage_ = file_.name() + ": " + all;
  at_ = end_;
  ended_ = true;
}

// So short a text lies in the string itself.
void CaptureReader::stop_untold() {
  damage_ = "out of memory";
  at_ = end_;
  ended_ = true;
}

}  // namespace mailtap
