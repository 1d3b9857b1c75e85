// SPDX-License-Identifier: Apache-2.0
// One open capture file as the bytes that were captured: what gzip has packed is unpacked. gzip is known by
// its first two bytes, never by the file's name. Bytes are asked for in order. One after the other may be
// opened; only what went wrong takes memory. One thread. Closed by the destructor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "capture/inflater.h"
#include "capture/raw_input.h"

namespace mailtap {

class CaptureFile {
 public:
  // `inflater_memory`: as Inflater wants it. It and `interrupt` outlive it; no `interrupt`: a pipe is waited
  // for without end.
  CaptureFile(const Interrupt* interrupt, std::span<std::uint8_t> inflater_memory)
      : input_(interrupt), inflater_(input_, inflater_memory) {}
  CaptureFile(const CaptureFile&) = delete;
  CaptureFile& operator=(const CaptureFile&) = delete;

  // Closes what was open. Reads the first bytes: waits for a pipe that has none yet. The reason is without
  // the path. `path` outlives what is read of it.
  Status open(const std::string& path);
  void close() { input_.close(); }

  ReadResult read(std::uint8_t* to, std::size_t size);

  std::string name() const;
  const std::string& failure() const;  // without the path, with an offset where there is one
  // Of the file, compressed as it may be.
  std::uint64_t consumed() const { return input_.consumed(); }

 private:
  static constexpr std::size_t kFirstBytes = 2;

  ReadResult::State look();

  const std::string* path_ = nullptr;
  RawInput input_;
  std::array<std::uint8_t, kFirstBytes> first_{};  // what was read to look whether it is gzip
  std::size_t first_size_ = 0;
  bool packed_ = false;
  Inflater inflater_;
};

}  // namespace mailtap
