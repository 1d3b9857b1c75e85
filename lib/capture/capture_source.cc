// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mailtap {
namespace {

// A cut record of any permitted size fits in front of what one read brings.
constexpr std::size_t kCutRecordMax = kPcapRecordHeader + kPcapRecordMax;

std::uint64_t size_of_file(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return 0;
  return static_cast<std::uint64_t>(info.st_size);
}

}  // namespace

Result<std::unique_ptr<PacketSource>> CaptureSource::open(std::vector<std::string> paths,
                                                          const CaptureSettings& settings) {
  MAILTAP_CHECK(!paths.empty());
  std::unique_ptr<CaptureSource> source(new CaptureSource(std::move(paths), settings));
  if (!source->next_file()) return Failure{source->failure_};
  return std::unique_ptr<PacketSource>(std::move(source));
}

CaptureSource::CaptureSource(std::vector<std::string> paths, const CaptureSettings& settings)
    : paths_(std::move(paths)),
      block_bytes_(settings.block_bytes),
      pool_(settings.blocks, kCutRecordMax + settings.block_bytes) {
  for (const std::string& path : paths_) bytes_total_ += size_of_file(path);
}

Receipt CaptureSource::receive(std::span<Frame> frames) {
  Receipt receipt;
  while (state_ == SourceState::kMore && receipt.count < frames.size()) {
    const Step step = next_frame(frames[receipt.count]);
    if (step == Step::kStop) break;
    if (step == Step::kFrame) ++receipt.count;
    // What there is goes out first: its block may then be free to be read into again.
    else if (receipt.count > 0 || !refill())
      break;
  }
  if (receipt.count == 0) receipt.state = state_;
  receipt.now = last_time_;
  frames_.add(receipt.count);
  return receipt;
}

CaptureSource::Step CaptureSource::next_frame(Frame& frame) {
  record_size_ = 0;
  if (end_ - at_ < kPcapRecordHeader) return Step::kNeedsBytes;
  const PcapRecord record = read_pcap_record(file_->format(), block_->data + at_);
  if (record.captured > kPcapRecordMax) {
    const bool more = fail("record length " + std::to_string(record.captured) + " exceeds " +
                           std::to_string(kPcapRecordMax));
    return more ? Step::kNeedsBytes : Step::kStop;
  }
  record_size_ = kPcapRecordHeader + record.captured;
  if (end_ - at_ < record_size_) return Step::kNeedsBytes;
  fill(frame, record);
  at_ += record_size_;
  offset_ += record_size_;
  return Step::kFrame;
}

void CaptureSource::fill(Frame& frame, const PcapRecord& record) {
  if (record.captured > record.on_wire) length_raised_.add(1);
  frame.data = block_->data + at_ + kPcapRecordHeader;
  frame.captured = record.captured;
  frame.on_wire = std::max(record.captured, record.on_wire);
  frame.time = hold_time(record.time);
  frame.owner = block_;
  frame.port = 0;
  frame.link = file_->format().link;
  pool_.lend(*block_);
  bytes_.add(frame.on_wire);
}

TimeNs CaptureSource::hold_time(TimeNs time) {
  if (time < last_time_) time_clamped_.add(1);
  return last_time_ = std::max(time, last_time_);
}

// The cut record goes to the front of a block that nobody else looks at: the same one if its frames are all
// back, which keeps one block warm, else another. False: all blocks are lent.
bool CaptureSource::make_room() {
  const std::size_t cut = end_ - at_;
  Block* to = block_ != nullptr && block_->lent == 0 ? block_ : pool_.take();
  if (to == nullptr) return false;
  if (cut > 0 && (to != block_ || at_ > 0)) std::memmove(to->data, block_->data + at_, cut);
  if (block_ != nullptr && to != block_) pool_.leave(*block_);
  block_ = to;
  at_ = 0;
  end_ = cut;
  return true;
}

// False: nothing more can be had now; `state_` tells whether ever.
bool CaptureSource::refill() {
  if (!make_room()) return false;
  const std::ptrdiff_t n = file_->read(block_->data + end_, std::min(block_bytes_, block_->capacity - end_));
  if (n < 0) return fail(std::strerror(errno));
  end_ += static_cast<std::size_t>(n);
  bytes_read_.add(static_cast<std::uint64_t>(n));
  return n > 0 || end_of_file();
}

bool CaptureSource::end_of_file() {
  if (end_ == at_) return next_file();
  if (record_size_ == 0) return fail("record header is cut by the end of the file");
  return fail("record of " + std::to_string(record_size_ - kPcapRecordHeader) +
              " bytes runs beyond the end of the file");
}

// The next one that opens. False: there is none.
bool CaptureSource::next_file() {
  while (next_path_ != paths_.size()) {
    Result<CaptureFile> next = CaptureFile::open(paths_[next_path_++]);
    if (!next) {
      add_failure(next.reason());
      continue;
    }
    file_.emplace(std::move(next.value()));
    offset_ = kPcapFileHeader;
    bytes_read_.add(kPcapFileHeader);
    return true;
  }
  state_ = failure_.empty() ? SourceState::kEnded : SourceState::kFailed;
  return false;
}

// Leaves the file where it is damaged, for the next one. False: there is none.
bool CaptureSource::fail(const std::string& why) {
  add_failure(file_->path() + ": offset " + std::to_string(offset_) + ": " + why);
  at_ = end_;
  record_size_ = 0;
  return next_file();
}

void CaptureSource::add_failure(const std::string& reason) {
  failure_ += (failure_.empty() ? "" : "; ") + reason;
}

void CaptureSource::release(std::span<const Frame> frames) {
  for (const Frame& frame : frames) pool_.take_back(*static_cast<Block*>(frame.owner));
}

SourceCounters CaptureSource::counters() const {
  SourceCounters counters;
  counters.frames = frames_.get();
  counters.bytes = bytes_.get();
  counters.time_clamped = time_clamped_.get();
  counters.length_raised = length_raised_.get();
  counters.bytes_read = bytes_read_.get();
  counters.bytes_total = bytes_total_;
  return counters;
}

Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path) { return open_captures({path}); }

Result<std::unique_ptr<PacketSource>> open_captures(std::vector<std::string> paths,
                                                    const CaptureSettings& settings) {
  return CaptureSource::open(std::move(paths), settings);
}

}  // namespace mailtap
