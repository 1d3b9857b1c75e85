// SPDX-License-Identifier: Apache-2.0
// The input is a capture file, read through a file in memory with small blocks and bursts: it ends or fails,
// with a reason, and every frame lies within what was captured.
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "capture/capture_source.h"

namespace {

void read_all(mailtap::PacketSource& source) {
  std::array<mailtap::Frame, 5> frames;
  mailtap::TimeNs last = mailtap::kTimeMin;
  std::uint64_t sum = 0;
  for (;;) {
    const mailtap::Receipt receipt = source.receive(frames);
    if (receipt.state == mailtap::SourceState::kFailed && *source.failure() == '\0') __builtin_trap();
    if (receipt.state != mailtap::SourceState::kMore) break;
    for (std::size_t i = 0; i < receipt.count; ++i) {
      if (frames[i].captured > frames[i].on_wire || frames[i].time < last) __builtin_trap();
      last = frames[i].time;
      for (const std::uint8_t byte : frames[i].bytes()) sum += byte;
    }
    source.release({frames.data(), receipt.count});
  }
  if (sum == 0xffff'ffff'ffff'ffff) __builtin_trap();  // the bytes are read
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const int fd = ::memfd_create("capture", MFD_CLOEXEC);
  if (fd < 0 || ::write(fd, data, size) != static_cast<ssize_t>(size)) __builtin_trap();
  auto source = mailtap::open_captures({"/proc/self/fd/" + std::to_string(fd)}, {4096, 2});
  if (source.ok()) read_all(*source.value());
  ::close(fd);
  return 0;
}
