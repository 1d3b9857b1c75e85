// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_source.h"

#include <sys/stat.h>

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace mailtap {
namespace {

// Enough for the first frame of most files, so that looking into a thousand of them costs little.
constexpr std::uint32_t kLookBytes = 4096;

// 0: not known, a pipe.
std::uint64_t size_of_file(const std::string& path) {
  struct stat info {};
  const int answer = path == kStandardInput ? ::fstat(0, &info) : ::stat(path.c_str(), &info);
  return answer == 0 && S_ISREG(info.st_mode) ? static_cast<std::uint64_t>(info.st_size) : 0;
}

// Every open file has one block at least.
std::size_t blocks_for(std::size_t files, const CaptureSettings& settings) {
  return settings.blocks + std::min<std::size_t>(files, settings.open_files_max);
}

bool is_earlier(TimeNs time, std::size_t place, TimeNs than_time, std::size_t than_place) {
  return std::tie(time, place) < std::tie(than_time, than_place);
}

}  // namespace

Result<std::unique_ptr<PacketSource>> CaptureSource::open(std::vector<std::string> paths,
                                                          const CaptureSettings& settings,
                                                          const Interrupt* interrupt) {
  MAILTAP_CHECK(!paths.empty());
  std::unique_ptr<CaptureSource> source(new CaptureSource(std::move(paths), settings, interrupt));
  if (const Status status = source->start(); !status) return status.failure();
  return std::unique_ptr<PacketSource>(std::move(source));
}

CaptureSource::CaptureSource(std::vector<std::string> paths, const CaptureSettings& settings,
                             const Interrupt* interrupt)
    : paths_(std::move(paths)),
      settings_(settings),
      interrupt_(interrupt),
      pool_(blocks_for(paths_.size(), settings), kCaptureReserveBytes + settings.block_bytes) {
  open_.reserve(settings.open_files_max);
}

Status CaptureSource::start() {
  const auto once = static_cast<std::size_t>(
      std::count_if(paths_.begin(), paths_.end(), [](const auto& path) { return !can_be_read_twice(path); }));
  if (once > settings_.open_files_max)
    return Failure{std::to_string(once) + " pipes at once exceed capture.open_files_max"};
  if (std::count(paths_.begin(), paths_.end(), kStandardInput) > 1)
    return Failure{"standard input is named twice"};
  for (std::size_t place = 0; place < paths_.size(); ++place) {
    bytes_total_ += size_of_file(paths_[place]);
    if (paths_.size() == 1 || !can_be_read_twice(paths_[place]))
      start_alone(place);
    else
      look_into(place);
  }
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
    return is_earlier(a.first, a.place, b.first, b.place);
  });
  join_failures();
  return any_started_ ? Status{} : Status{Failure{failure_}};
}

// nullptr: it does not open, and that is noted.
std::unique_ptr<CaptureReader> CaptureSource::open_reader(std::size_t place, std::uint32_t block_bytes,
                                                          CaptureCounters& counters) {
  Result<std::unique_ptr<CaptureFile>> file = CaptureFile::open(paths_[place], interrupt_);
  if (!file) {
    add_failure(place, file.reason());
    return nullptr;
  }
  return std::make_unique<CaptureReader>(std::move(file.value()), place, last_time_, block_bytes, pool_,
                                         counters);
}

// Reads as far as its header, so that a file that is none is told before anything is started.
void CaptureSource::start_alone(std::size_t place) {
  std::unique_ptr<CaptureReader> reader = open_reader(place, settings_.block_bytes, counters_);
  if (reader == nullptr) return;
  while (!reader->find() && !reader->started() && reader->refill() == CaptureReader::Refill::kRead) {
  }
  if (!reader->started() && reader->damage().empty())
    return add_failure(place, paths_[place] + ": stopped before its header came");
  any_started_ |= reader->started();
  open_.push_back(std::move(reader));
  if (!open_.back()->started()) retire(*open_.back());
}

void CaptureSource::look_into(std::size_t place) {
  CaptureCounters unused;
  const std::unique_ptr<CaptureReader> reader = open_reader(place, kLookBytes, unused);
  if (reader == nullptr) return;
  while (!reader->find() && reader->refill() == CaptureReader::Refill::kRead) {
  }
  any_started_ |= reader->started();
  if (reader->find()) waiting_.push_back({reader->next_time(), place});
  if (!reader->damage().empty()) add_failure(place, reader->damage());
}

Receipt CaptureSource::receive(std::span<Frame> frames) {
  Receipt receipt;
  while (receipt.count < frames.size() && (current_ != nullptr || choose())) {
    const std::size_t n = current_->take(frames.subspan(receipt.count), bound_);
    receipt.count += n;
    if (n != 0) last_time_ = frames[receipt.count - 1].time;
    if (receipt.count == frames.size()) break;
    if (current_->find())
      current_ = nullptr;  // another file's frame comes before its next
    else if (receipt.count > 0 || !refill(*current_))
      break;  // what there is goes out first: its block may then be free to be read into again
  }
  if (receipt.count == 0) receipt.state = state_;
  receipt.now = last_time_;
  return receipt;
}

// A file without a frame at hand is chosen for none, so that it is read. False: there is nothing more.
bool CaptureSource::choose() {
  for (;;) {
    for (const auto& reader : open_) {
      if (reader->find()) continue;
      current_ = reader.get();
      bound_ = kTimeMin;
      return true;
    }
    CaptureReader* first = earliest();
    if (open_waiting(first)) continue;
    if (first == nullptr) break;
    current_ = first;
    bound_ = bound_of(*first);
    return true;
  }
  join_failures();
  state_ = failure_.empty() ? SourceState::kEnded : SourceState::kFailed;
  return false;
}

CaptureReader* CaptureSource::earliest() {
  CaptureReader* first = nullptr;
  for (const auto& reader : open_)
    if (first == nullptr ||
        is_earlier(reader->next_time(), reader->place(), first->next_time(), first->place()))
      first = reader.get();
  return first;
}

// The next waiting file, if its first frame comes before all others'. False: it does not, or too many are
// open.
bool CaptureSource::open_waiting(const CaptureReader* earliest) {
  if (next_waiting_ == waiting_.size() || open_.size() == settings_.open_files_max) return false;
  const Waiting& next = waiting_[next_waiting_];
  if (earliest != nullptr && !is_earlier(next.first, next.place, earliest->next_time(), earliest->place()))
    return false;
  ++next_waiting_;
  if (auto reader = open_reader(next.place, settings_.block_bytes, counters_))
    open_.push_back(std::move(reader));
  return true;
}

// Times of files end before kTimeMax.
TimeNs CaptureSource::bound_of(const CaptureReader& reader) const {
  TimeNs bound = kTimeMax;
  const auto limit = [&](TimeNs time, std::size_t place) {
    bound = std::min(bound, time + (reader.place() < place ? 1 : 0));
  };
  for (const auto& other : open_)
    if (other.get() != &reader) limit(other->next_time(), other->place());
  if (next_waiting_ != waiting_.size() && open_.size() < settings_.open_files_max)
    limit(waiting_[next_waiting_].first, waiting_[next_waiting_].place);
  return bound;
}

// False: nothing can be had now.
bool CaptureSource::refill(CaptureReader& reader) {
  switch (reader.refill()) {
    case CaptureReader::Refill::kRead: return true;
    case CaptureReader::Refill::kEnded: retire(reader); return true;
    case CaptureReader::Refill::kNoBlock:
    case CaptureReader::Refill::kInterrupted: break;
  }
  return false;
}

void CaptureSource::retire(CaptureReader& reader) {
  if (!reader.damage().empty()) add_failure(reader.place(), reader.damage());
  current_ = nullptr;
  open_.erase(
      std::find_if(open_.begin(), open_.end(), [&reader](const auto& one) { return one.get() == &reader; }));
}

void CaptureSource::add_failure(std::size_t place, const std::string& reason) {
  failures_.emplace_back(place, reason);
}

void CaptureSource::join_failures() {
  std::stable_sort(failures_.begin(), failures_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  failure_.clear();
  for (const auto& one : failures_) failure_ += (failure_.empty() ? "" : "; ") + one.second;
}

void CaptureSource::release(std::span<const Frame> frames) {
  for (const Frame& frame : frames) pool_.take_back(*static_cast<Block*>(frame.owner));
}

SourceCounters CaptureSource::counters() const {
  SourceCounters counters;
  counters.frames = counters_.frames.get();
  counters.bytes = counters_.bytes.get();
  counters.time_clamped = counters_.time_clamped.get();
  counters.length_raised = counters_.length_raised.get();
  counters.bytes_read = counters_.bytes_read.get();
  counters.bytes_total = bytes_total_;
  return counters;
}

Result<std::unique_ptr<PacketSource>> open_capture(const std::string& path) { return open_captures({path}); }

Result<std::unique_ptr<PacketSource>> open_captures(std::vector<std::string> paths,
                                                    const CaptureSettings& settings) {
  return CaptureSource::open(std::move(paths), settings);
}

}  // namespace mailtap
