// SPDX-License-Identifier: Apache-2.0
// Puts a line together that came in pieces. A line ends with LF; a CR before it is taken off. Longer lines
// are kept to the limit and skipped to their end, so that a line without end costs no more than that.
#pragma once

#include <cstdint>
#include <span>

#include "smtp/text_chain.h"

namespace mailtap::smtp {

struct Line {
  Bytes text;            // without line end; in the chunk, or in the scratch that was passed
  std::size_t used = 0;  // bytes of the chunk, line end included
  bool complete = false;
  bool cut = false;   // longer than the limit
  bool lost = false;  // its end was not kept, for want of a page
};

// Without CR at its end.
Bytes without_cr(Bytes line);

class LineReader {
 public:
  // The next line of `bytes` together with what was kept before. Not complete: all bytes were kept.
  Line next(PagePool& pool, Bytes bytes, std::uint32_t limit, std::span<std::uint8_t> scratch);

  // True between the pieces of a line.
  bool in_line() const { return !text_.empty() || rest_ != Rest::kKept; }
  bool over_limit() const { return rest_ == Rest::kOverLimit; }
  void drop(PagePool& pool);  // forgets the piece

  TextChain& text() { return text_; }

 private:
  enum class Rest : std::uint8_t { kKept, kOverLimit, kLost };

  void keep(PagePool& pool, Bytes piece, std::uint32_t limit);

  TextChain text_;
  Rest rest_ = Rest::kKept;  // what happened to the last of the line
};

}  // namespace mailtap::smtp
