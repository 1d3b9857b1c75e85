// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_source.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <new>
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

std::size_t open_at_once(std::size_t files, const CaptureSettings& settings) {
  return std::min<std::size_t>(files, settings.open_files_max);
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

// Every open file has one block at least.
CaptureSource::CaptureSource(std::vector<std::string> paths, const CaptureSettings& settings,
                             const Interrupt* interrupt)
    : paths_(std::move(paths)),
      settings_(settings),
      pool_(settings.blocks + open_at_once(paths_.size(), settings),
            kCaptureReserveBytes + settings.block_bytes),
      inflater_memory_(open_at_once(paths_.size(), settings) * Inflater::kMemoryBytes) {
  const std::size_t readers = open_at_once(paths_.size(), settings);
  auto* memory = static_cast<std::uint8_t*>(inflater_memory_.data());
  readers_.reserve(readers);
  idle_.reserve(readers);
  open_.reserve(readers);
  waiting_.reserve(paths_.size());
  failures_.reserve(paths_.size());
  for (std::size_t i = 0; i < readers; ++i) {
    const std::span<std::uint8_t> own(memory + i * Inflater::kMemoryBytes, Inflater::kMemoryBytes);
    readers_.push_back(std::make_unique<CaptureReader>(interrupt, pool_, own));
    idle_.push_back(readers_.back().get());
  }
}

// A shell's usual 1024 may be too few, and the kernel lets everybody take more.
Status CaptureSource::raise_descriptor_limit() const {
  constexpr rlim_t kOthers = 64;  // standard ones, outputs, links
  const rlim_t needed = readers_.size() + kOthers;
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return {};
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  if (limit.rlim_cur == needed && ::setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  return Failure{std::to_string(readers_.size()) + " files at once (capture.open_files_max) need " +
                 std::to_string(needed) + " descriptors, of which " + std::to_string(limit.rlim_max) +
                 " are allowed (ulimit -Hn)"};
}

Status CaptureSource::start() {
  const auto once = static_cast<std::size_t>(
      std::count_if(paths_.begin(), paths_.end(), [](const auto& path) { return !can_be_read_twice(path); }));
  if (once > settings_.open_files_max)
    return Failure{std::to_string(once) + " pipes at once exceed capture.open_files_max"};
  if (std::count(paths_.begin(), paths_.end(), kStandardInput) > 1)
    return Failure{"standard input is named twice"};
  if (const Status status = raise_descriptor_limit(); !status) return status;
  const auto stays_open = [this](const std::string& path) {
    return paths_.size() == 1 || !can_be_read_twice(path);
  };
  // Those that stay open may take all readers there are.
  for (std::size_t place = 0; place < paths_.size(); ++place)
    if (!stays_open(paths_[place])) look_into(place);
  for (std::size_t place = 0; place < paths_.size(); ++place) {
    bytes_total_ += size_of_file(paths_[place]);
    if (stays_open(paths_[place])) start_alone(place);
  }
  std::sort(waiting_.begin(), waiting_.end(), [](const Waiting& a, const Waiting& b) {
    return is_earlier(a.first, a.place, b.first, b.place);
  });
  join_failures();
  return any_started_ ? Status{} : Status{Failure{failure_}};
}

// nullptr: it does not open, and that is noted. To be called where one is idle.
CaptureReader* CaptureSource::open_reader(std::size_t place, std::uint32_t block_bytes,
                                          CaptureCounters& counters) {
  CaptureReader* reader = idle_.back();
  if (!reader->open(paths_[place], place, last_time_, block_bytes, counters)) {
    add_failure(place, reader->take_damage());
    reader->close();
    return nullptr;
  }
  idle_.pop_back();
  return reader;
}

void CaptureSource::close_reader(CaptureReader& reader) {
  reader.close();
  idle_.push_back(&reader);
}

// Reads as far as its header, so that a file that is none is told before anything is started.
void CaptureSource::start_alone(std::size_t place) {
  CaptureReader* reader = open_reader(place, settings_.block_bytes, counters_);
  if (reader == nullptr) return;
  while (!reader->find() && !reader->started() && reader->refill() == CaptureReader::Refill::kRead) {
  }
  any_started_ |= reader->started();
  if (!reader->started() && reader->damage().empty()) {
    add_failure(place, paths_[place] + ": stopped before its header came");
    return close_reader(*reader);
  }
  open_.push_back(reader);
  if (!reader->started()) retire(*reader);
}

// What is damaged behind the first frame is told when it is read.
void CaptureSource::look_into(std::size_t place) {
  CaptureCounters unused;
  CaptureReader* reader = open_reader(place, kLookBytes, unused);
  if (reader == nullptr) return;
  while (!reader->find() && reader->refill() == CaptureReader::Refill::kRead) {
  }
  any_started_ |= reader->started();
  if (reader->find())
    waiting_.push_back({reader->next_time(), place});
  else if (!reader->damage().empty())
    add_failure(place, reader->take_damage());
  close_reader(*reader);
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
    for (CaptureReader* reader : open_) {
      if (reader->find()) continue;
      current_ = reader;
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
  for (CaptureReader* reader : open_)
    if (first == nullptr ||
        is_earlier(reader->next_time(), reader->place(), first->next_time(), first->place()))
      first = reader;
  return first;
}

// The next waiting file, if its first frame comes before all others'. False: it does not, or too many are
// open.
bool CaptureSource::open_waiting(const CaptureReader* earliest) {
  if (next_waiting_ == waiting_.size() || idle_.empty()) return false;
  const Waiting& next = waiting_[next_waiting_];
  if (earliest != nullptr && !is_earlier(next.first, next.place, earliest->next_time(), earliest->place()))
    return false;
  ++next_waiting_;
  if (next.first < last_time_) files_waited_.add(1);
  if (CaptureReader* reader = open_reader(next.place, settings_.block_bytes, counters_))
    open_.push_back(reader);
  return true;
}

// Times of files end before kTimeMax.
TimeNs CaptureSource::bound_of(const CaptureReader& reader) const {
  TimeNs bound = kTimeMax;
  const auto limit = [&](TimeNs time, std::size_t place) {
    bound = std::min(bound, time + (reader.place() < place ? 1 : 0));
  };
  for (const CaptureReader* other : open_)
    if (other != &reader) limit(other->next_time(), other->place());
  if (next_waiting_ != waiting_.size() && !idle_.empty())
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
  if (!reader.damage().empty()) add_failure(reader.place(), reader.take_damage());
  current_ = nullptr;
  open_.erase(std::find(open_.begin(), open_.end(), &reader));
  close_reader(reader);
}

// One a file at most, for which there is room.
void CaptureSource::add_failure(std::size_t place, std::string reason) {
  failures_.emplace_back(place, std::move(reason));
}

void CaptureSource::join_failures() {
  std::sort(failures_.begin(), failures_.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  try {
    failure_.clear();
    for (const auto& one : failures_) failure_ += (failure_.empty() ? "" : "; ") + one.second;
  } catch (const std::bad_alloc&) {
    failure_ = "out of memory";  // lies in the string itself
  }
}

void CaptureSource::release(std::span<const Frame> frames) {
  for (const Frame& frame : frames) pool_.take_back(*static_cast<Block*>(frame.owner));
}

SourceCounters CaptureSource::counters() const {
  SourceCounters counters;
  counters.frames = counters_.frames.get();
  counters.bytes = counters_.bytes.get();
  counters.time_clamped = counters_.time_clamped.get();
  counters.files_waited = files_waited_.get();
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
