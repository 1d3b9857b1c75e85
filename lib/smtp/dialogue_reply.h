// SPDX-License-Identifier: Apache-2.0
// A whole reply, as the files of Dialogue hand it to each other. Views, valid during the call.
#pragma once

#include <cstdint>
#include <string_view>

#include "smtp/dialogue.h"

namespace mailtap::smtp {

struct Dialogue::Reply {
  std::uint16_t code = 0;  // 0: the command was not answered, or it was not seen
  std::string_view last;   // "250 2.0.0 Ok", without line end
  std::string_view lines;  // all texts behind the code, joined by LF

  bool accepted() const { return code / 100 == 2; }
  bool refused() const { return code >= 400; }
};

inline bool is_short_number(std::string_view text) {
  return !text.empty() && text.size() <= 3 && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "535 5.7.8" of "535 5.7.8 text" (RFC 3463 2), "535" of "535 text".
inline std::string_view code_and_status(std::string_view line) {
  if (line.size() < 9) return line.substr(0, 3);
  const std::string_view word = line.substr(4, line.find(' ', 4) - 4);
  const bool class_fits = word.substr(0, 1) == line.substr(0, 1) && word.substr(1, 1) == ".";
  const std::string_view behind = class_fits ? word.substr(2) : std::string_view{};
  const std::size_t dot = behind.find('.');
  if (dot == std::string_view::npos || !is_short_number(behind.substr(0, dot)) ||
      !is_short_number(behind.substr(dot + 1)))
    return line.substr(0, 3);
  return line.substr(0, 4 + word.size());
}

inline std::string_view take_text_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace mailtap::smtp
