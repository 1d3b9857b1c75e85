// SPDX-License-Identifier: Apache-2.0
#include "smtp/line_reader.h"

#include <algorithm>
#include <cstring>

namespace mailtap::smtp {

Bytes without_cr(Bytes line) {
  return !line.empty() && line.back() == '\r' ? line.first(line.size() - 1) : line;
}

void LineReader::keep(PagePool& pool, Bytes piece, std::uint32_t limit) {
  const std::size_t room = limit + 1 - std::min<std::size_t>(text_.size(), limit + 1);  // 1 for the CR
  if (rest_ == Rest::kLost) return;
  if (piece.size() > room) rest_ = Rest::kOverLimit;
  if (!text_.append(pool, piece.first(std::min(piece.size(), room)))) rest_ = Rest::kLost;
}

Line LineReader::next(PagePool& pool, Bytes bytes, std::uint32_t limit, std::span<std::uint8_t> scratch) {
  const void* found = bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size());
  Line line;
  if (found == nullptr) {
    keep(pool, bytes, limit);
    line.used = bytes.size();
    return line;
  }
  const auto length = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
  line.used = length + 1;
  line.complete = true;
  if (!in_line()) {
    line.text = without_cr(bytes.first(length));
  } else {
    keep(pool, bytes.first(length), limit);
    line.text = text_.copy_out(pool, scratch);
    line.cut = over_limit();
    line.lost = rest_ == Rest::kLost;
    if (rest_ == Rest::kKept) line.text = without_cr(line.text);
    drop(pool);
  }
  if (line.text.size() > limit) {
    line.text = line.text.first(limit);
    line.cut = true;
  }
  return line;
}

void LineReader::drop(PagePool& pool) {
  text_.clear(pool);
  rest_ = Rest::kKept;
}

}  // namespace mailtap::smtp
