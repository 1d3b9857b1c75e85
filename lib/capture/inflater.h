// SPDX-License-Identifier: Apache-2.0
// gzip taken off while it streams by (RFC 1952, by zlib): any number of members one behind the other, zeros
// behind the last one ignored, as gzip does. What a member says about its length and its check sum is held
// against what came. However much comes out of a few bytes, no more is held than was asked for: a window of
// 32 KiB, zlib's state and kInputBytes. One thread. It works in memory that it is given, file after file;
// only what went wrong takes more, for its text.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "capture/raw_input.h"

namespace mailtap {

class Inflater {
 public:
  static constexpr std::size_t kInputBytes = std::size_t{64} << 10;
  static constexpr std::size_t kZlibBytes = std::size_t{64} << 10;  // state, about 10 KiB, and the window
  static constexpr std::size_t kMemoryBytes = kInputBytes + kZlibBytes;

  // `memory`: kMemoryBytes, aligned to 16; not touched before start(). It and `input` outlive it.
  Inflater(RawInput& input, std::span<std::uint8_t> memory);
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // At the start of a file of which `first` was read already, at most kInputBytes.
  void start(Bytes first);

  // What comes out of what is at hand is handed on before more is read.
  ReadResult read(std::uint8_t* to, std::size_t size);

  // "offset N of the compressed bytes: why".
  const std::string& failure() const { return failure_; }

 private:
  static void* take(void* self, unsigned items, unsigned size);
  static void leave(void* self, void* address);
  bool step(ReadResult& result);
  bool next_member(ReadResult& result);
  bool feed(ReadResult& result);
  void fail(ReadResult& result, const std::string& why);

  RawInput& input_;
  std::span<std::uint8_t> bytes_;  // of the file, packed
  std::span<std::uint8_t> zlib_;   // what zlib asks for
  std::size_t zlib_used_ = 0;
  z_stream stream_{};
  bool member_ends_ = false;  // stands behind one
  std::string failure_;
};

}  // namespace mailtap
