// SPDX-License-Identifier: Apache-2.0
// One open capture file as the bytes that were captured: what gzip has packed is unpacked. gzip is known by
// its first two bytes, never by the file's name. Bytes are asked for in order. One thread. Closed by the
// destructor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "capture/inflater.h"
#include "capture/raw_input.h"

namespace mailtap {

class CaptureFile {
 public:
  // Reads the first bytes: waits for a pipe that has none yet. The reason is "FILE: why".
  static Result<std::unique_ptr<CaptureFile>> open(const std::string& path, const Interrupt* interrupt);

  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  ReadResult read(std::uint8_t* to, std::size_t size);

  const std::string& path() const { return path_; }
  const std::string& failure() const;  // without the path, with an offset where there is one
  // Of the file, compressed as it may be.
  std::uint64_t consumed() const { return input_.consumed(); }

 private:
  static constexpr std::size_t kFirstBytes = 2;

  CaptureFile(std::string path, RawInput input) : path_(std::move(path)), input_(std::move(input)) {}
  ReadResult::State look();

  std::string path_;
  RawInput input_;
  std::array<std::uint8_t, kFirstBytes> first_{};  // what was read to look whether it is gzip
  std::size_t first_size_ = 0;
  std::optional<Inflater> inflater_;
};

}  // namespace mailtap
