// SPDX-License-Identifier: Apache-2.0
// Joins the lines of a reply (RFC 5321 4.2.1):  *( code "-" text CRLF ) code [ SP text ] CRLF
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "smtp/text_chain.h"

namespace mailtap::smtp {

struct ReplyLine {
  bool valid = false;
  bool more = false;  // "250-"
  std::uint16_t code = 0;
  std::string_view text;  // behind the code
};

ReplyLine parse_reply_line(Bytes line);

class ReplyReader {
 public:
  // A line with others to follow. False when its text was cut.
  bool add(PagePool& pool, const ReplyLine& line, std::uint32_t limit);
  // Texts of the lines before the last, one a line.
  std::string_view earlier_lines(const PagePool& pool, std::span<std::uint8_t> scratch) const;
  void clear(PagePool& pool);

  std::uint16_t code() const { return code_; }  // of the first line; 0 between replies

 private:
  TextChain text_;
  std::uint16_t code_ = 0;
};

}  // namespace mailtap::smtp
