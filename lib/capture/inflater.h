// SPDX-License-Identifier: Apache-2.0
// gzip taken off while it streams by (RFC 1952, by zlib): any number of members one behind the other, zeros
// behind the last one ignored, as gzip does. What a member says about its length and its check sum is held
// against what came. However much comes out of a few bytes, no more is held than was asked for: a window of
// 32 KiB, zlib's state and kInputBytes. One thread. Memory is taken by the constructor and by the first
// read(); throws std::bad_alloc.
#pragma once

#include <zlib.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "capture/raw_input.h"

namespace mailtap {

class Inflater {
 public:
  static constexpr std::size_t kInputBytes = std::size_t{64} << 10;

  // `first`: what was read of `input` already, at most kInputBytes. `input` outlives it.
  Inflater(RawInput& input, Bytes first);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // What comes out of what is at hand is handed on before more is read.
  ReadResult read(std::uint8_t* to, std::size_t size);

  // "offset N of the compressed bytes: why".
  const std::string& failure() const { return failure_; }

 private:
  bool step(ReadResult& result);
  bool next_member(ReadResult& result);
  bool feed(ReadResult& result);
  void fail(ReadResult& result, const std::string& why);

  RawInput& input_;
  std::unique_ptr<std::uint8_t[]> bytes_;
  z_stream stream_{};
  bool member_ends_ = false;  // stands behind one
  std::string failure_;
};

}  // namespace mailtap
