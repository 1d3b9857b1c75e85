// SPDX-License-Identifier: Apache-2.0
// File: magic u32, major u16 2, minor u16 4, zone u32, sigfigs u32, snaplen u32, link type u32 (1 =
// Ethernet); then records: seconds u32, micro- or nanoseconds u32, captured length u32, original length u32,
// bytes.
#include "pcap_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace mailtap::traffic {
namespace {

constexpr std::size_t kBufferSize = std::size_t{1} << 20;
constexpr std::size_t kRecordMax = std::size_t{1} << 16;
constexpr std::uint64_t kSecondNs = 1000000000;

}  // namespace

PcapWriter::PcapWriter(const PcapOptions& options) : options_(options), buffer_(kBufferSize) {
  file_ = ::open(options.path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file_ < 0) error_ = errno;
  u32(options.nanoseconds ? 0xa1b23c4dU : 0xa1b2c3d4U);
  u32(options.big_endian ? 0x00020004U : 0x00040002U);  // two 16-bit fields, major first in the file
  u32(0);
  u32(0);
  u32(options.snaplen);
  u32(1);
  file_bytes_ = used_;
}

PcapWriter::~PcapWriter() { close(); }

void PcapWriter::put(const Frame& frame) {
  if (used_ + kRecordMax > buffer_.size()) flush();
  const std::size_t captured = std::min<std::size_t>(frame.size, options_.snaplen);
  const std::uint64_t fraction = frame.time_ns % kSecondNs;
  u32(static_cast<std::uint32_t>(frame.time_ns / kSecondNs));
  u32(static_cast<std::uint32_t>(options_.nanoseconds ? fraction : fraction / 1000));
  u32(static_cast<std::uint32_t>(captured));
  u32(static_cast<std::uint32_t>(frame.size));
  std::memcpy(buffer_.data() + used_, frame.data, captured);
  used_ += captured;
  ++packets_;
  file_bytes_ += 16 + captured;
  frame_bytes_ += frame.size;
  captured_bytes_ += captured;
  last_time_ns_ = frame.time_ns;
}

int PcapWriter::close() {
  flush();
  if (file_ >= 0 && ::close(file_) != 0 && error_ == 0) error_ = errno;
  file_ = -1;
  return error_;
}

void PcapWriter::u32(std::uint32_t value) {
  for (int i = 0; i < 4; ++i) {
    const int shift = options_.big_endian ? 24 - 8 * i : 8 * i;
    buffer_[used_++] = static_cast<std::uint8_t>(value >> shift);
  }
}

void PcapWriter::flush() {
  std::size_t at = 0;
  while (error_ == 0 && file_ >= 0 && at < used_) {
    const ssize_t written = ::write(file_, buffer_.data() + at, used_ - at);
    if (written >= 0)
      at += static_cast<std::size_t>(written);
    else if (errno != EINTR)
      error_ = errno;
  }
  used_ = 0;
}

}  // namespace mailtap::traffic
