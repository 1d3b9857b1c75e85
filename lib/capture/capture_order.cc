// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_order.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "capture/capture_file.h"

namespace mailtap {
namespace {

bool is_pipe(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode);
}

// kTimeMax: there is none to be read.
TimeNs first_time(const std::string& path) {
  Result<CaptureFile> file = CaptureFile::open(path);
  std::array<std::uint8_t, kPcapRecordHeader> header{};
  if (!file) return kTimeMax;
  const std::ptrdiff_t n = file.value().read(header.data(), header.size());
  if (n != static_cast<std::ptrdiff_t>(header.size())) return kTimeMax;
  return read_pcap_record(file.value().format(), header.data()).time;
}

}  // namespace

std::vector<std::string> in_order_of_time(const std::vector<std::string>& paths) {
  if (paths.size() < 2 || std::any_of(paths.begin(), paths.end(), is_pipe)) return paths;
  std::vector<std::pair<TimeNs, std::string>> timed;
  timed.reserve(paths.size());
  for (const std::string& path : paths) timed.emplace_back(first_time(path), path);
  std::stable_sort(timed.begin(), timed.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> ordered;
  ordered.reserve(paths.size());
  for (auto& one : timed) ordered.push_back(std::move(one.second));
  return ordered;
}

}  // namespace mailtap
