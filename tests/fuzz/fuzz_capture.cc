// SPDX-License-Identifier: Apache-2.0
// The input is a capture file of any format, read through a file in memory with small blocks and bursts: it
// ends or fails, with a reason, and every frame lies within what was captured. Named twice it is merged with
// itself: every frame comes twice.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "capture/capture_source.h"

namespace {

std::uint64_t read_all(mailtap::PacketSource& source) {
  std::array<mailtap::Frame, 5> frames;
  mailtap::TimeNs last = mailtap::kTimeMin;
  std::uint64_t sum = 0, count = 0;
  for (;;) {
    const mailtap::Receipt receipt = source.receive(frames);
    if (receipt.state == mailtap::SourceState::kFailed && *source.failure() == '\0') __builtin_trap();
    if (receipt.state != mailtap::SourceState::kMore) break;
    for (std::size_t i = 0; i < receipt.count; ++i) {
      if (frames[i].captured > frames[i].on_wire || frames[i].time < last) __builtin_trap();
      last = frames[i].time;
      for (const std::uint8_t byte : frames[i].bytes()) sum += byte;
    }
    count += receipt.count;
    source.release({frames.data(), receipt.count});
  }
  if (sum == 0xffff'ffff'ffff'ffff) __builtin_trap();  // the bytes are read
  return count;
}

std::uint64_t frames_of(std::vector<std::string> paths) {
  auto source = mailtap::open_captures(std::move(paths), {4096, 2, 2});
  return source.ok() ? read_all(*source.value()) : 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int fd = ::memfd_create("capture", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
  const std::string path = "/proc/self/fd/" + std::to_string(fd);
  const std::uint64_t frames = frames_of({path});
  if (frames_of({path, path}) != 2 * frames) __builtin_trap();
  ::close(fd);
  return 0;
}
