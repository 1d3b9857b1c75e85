// SPDX-License-Identifier: Apache-2.0
#include "app/progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/human.h"

namespace mailtap {
namespace {

constexpr std::chrono::milliseconds kPeriod{200};
constexpr const char* kRewrite = "\r\x1b[K";

constexpr std::size_t kBarMin = 8;
constexpr std::size_t kBarMax = 24;

// In `room` columns, with a space behind it; none where that is too narrow.
std::string bar(double share, std::size_t room) {
  constexpr std::size_t kFrame = 3;
  if (room < kBarMin + kFrame) return {};
  const std::size_t width = std::min(room - kFrame, kBarMax);
  const auto full = static_cast<std::size_t>(share * static_cast<double>(width));
  return "[" + std::string(full, '#') + std::string(width - full, '.') + "] ";
}

std::string time_left(double seconds) {
  char text[32];
  const auto whole = std::lround(seconds);
  if (whole >= 3600)
    std::snprintf(text, sizeof text, "%ld h %02ld min left", whole / 3600, whole / 60 % 60);
  else if (whole >= 60)
    std::snprintf(text, sizeof text, "%ld min %02ld s left", whole / 60, whole % 60);
  else
    std::snprintf(text, sizeof text, "%ld s left", whole);
  return text;
}

// It may be changed while the line stands.
std::size_t width_of_terminal() {
  struct winsize size {};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0;
  return known ? size.ws_col : 80;
}

}  // namespace

std::string progress_line(const SourceCounters& counters, std::chrono::duration<double> elapsed,
                          std::size_t width) {
  const double seconds = std::max(elapsed.count(), 1e-3);
  const std::string rate = human_count(static_cast<double>(counters.frames) / seconds) + " packets/s";
  if (counters.bytes_total == 0) return (human_bytes(counters.bytes_read) + "  " + rate).substr(0, width - 1);
  const double share =
      std::min(1.0, static_cast<double>(counters.bytes_read) / static_cast<double>(counters.bytes_total));
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3.0f %%  ", share * 100);
  std::string line =
      percent + human_bytes(counters.bytes_read) + " of " + human_bytes(counters.bytes_total) + "  ";
  if (share > 0.01) line += time_left(seconds * (1 - share) / share) + "  ";
  line += rate;
  if (line.size() < width) line.insert(0, bar(share, width - 1 - line.size()));
  return line.substr(0, width - 1);
}

Progress::Progress(const PacketSource& source) : source_(source) {
  if (::isatty(STDERR_FILENO) == 1) thread_ = std::thread([this] { run(); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  thread_.join();
  std::fputs(kRewrite, stderr);
}

void Progress::run() {
  const auto start = std::chrono::steady_clock::now();
  std::unique_lock<std::mutex> lock(mutex_);
  while (!changed_.wait_for(lock, kPeriod, [this] { return ended_; })) {
    const std::string line =
        kRewrite +
        progress_line(source_.counters(), std::chrono::steady_clock::now() - start, width_of_terminal());
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
  }
}

}  // namespace mailtap
