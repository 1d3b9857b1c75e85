// SPDX-License-Identifier: Apache-2.0
// Crosses a message that comes behind DATA and finds its end: CRLF "." CRLF (RFC 5321 4.1.1.4), the CRLF
// before the dot being the message's own. Nothing is kept but where in that sequence the last byte stood, so
// that it may be cut anywhere. A bare LF ends no line here (strict reading), but an end that only a lax
// server would see is remembered.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace mailtap::smtp {

class DataReader {
 public:
  struct Read {
    std::size_t used = 0;
    bool ended = false;
  };

  void begin() { *this = DataReader{}; }
  Read read(Bytes bytes);
  // Bytes are missing: the next one stands anywhere in a line.
  void on_gap() { state_ = State::kText; }

  // Octets of the message so far, after dot-unstuffing (4.5.2); its last CRLF counts, the dot's line does
  // not.
  std::uint64_t size() const { return size_ - held(); }
  // What was read so far ends with a dot alone on its line, by bare LF or otherwise.
  bool at_lax_end() const { return lax_end_; }

 private:
  enum class State : std::uint8_t { kText, kCr, kCrlf, kLf, kCrlfDot, kLfDot, kCrlfDotCr, kLfDotCr };

  std::size_t skip_text(Bytes bytes);
  bool step(std::uint8_t byte);
  // Bytes counted already that are no part of the message if it ends here.
  std::uint64_t held() const { return state_ == State::kCrlfDotCr ? 1 : 0; }

  // One word: every session has one.
  std::uint64_t size_ : 56 = 0;
  State state_ : 4 = State::kCrlf;
  bool lax_end_ : 1 = false;
};

}  // namespace mailtap::smtp
