// SPDX-License-Identifier: Apache-2.0
#include "smtp/reply_reader.h"

#include <algorithm>

namespace mailtap::smtp {

ReplyLine parse_reply_line(Bytes line) {
  ReplyLine reply;
  if (line.size() < 3 || line[0] < '1' || line[0] > '5') return reply;
  for (const std::uint8_t c : line.first(3)) {
    if (c < '0' || c > '9') return reply;
    reply.code = static_cast<std::uint16_t>(reply.code * 10 + (c - '0'));
  }
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-') return ReplyLine{};
  reply.valid = true;
  reply.more = line.size() > 3 && line[3] == '-';
  reply.text = as_text(line).substr(std::min<std::size_t>(line.size(), 4));
  return reply;
}

bool ReplyReader::add(PagePool& pool, const ReplyLine& line, std::uint32_t limit) {
  code_ = code_ == 0 ? line.code : code_;
  const std::size_t size = line.text.size() + 1;
  if (text_.size() + size > limit || !text_.fits(pool, size)) return false;
  return text_.append(pool, as_bytes(line.text)) && text_.append(pool, as_bytes("\n"));
}

std::string_view ReplyReader::earlier_lines(const PagePool& pool, std::span<std::uint8_t> scratch) const {
  return as_text(text_.copy_out(pool, scratch));
}

void ReplyReader::clear(PagePool& pool) {
  text_.clear(pool);
  code_ = 0;
}

}  // namespace mailtap::smtp
