// SPDX-License-Identifier: Apache-2.0
// One open capture file and what its header says. Bytes are asked for in order. One thread. Closed by the
// destructor. A pipe serves as well as a file; only its size is unknown then.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "capture/pcap_format.h"

namespace mailtap {

class CaptureFile {
 public:
  // Reads and judges the file header. The reason is "FILE: why".
  static Result<CaptureFile> open(const std::string& path);

  CaptureFile(CaptureFile&& other) noexcept;
  CaptureFile& operator=(CaptureFile&& other) noexcept;
  ~CaptureFile();

  // Up to `size` bytes; 0 at the end, -1 with errno set. Waits for a pipe; asks again when interrupted.
  std::ptrdiff_t read(std::uint8_t* to, std::size_t size);

  const std::string& path() const { return path_; }
  const PcapFormat& format() const { return format_; }
  std::uint64_t size() const { return size_; }  // 0 when unknown

 private:
  CaptureFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  Status start();

  std::string path_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
  PcapFormat format_;
};

}  // namespace mailtap
