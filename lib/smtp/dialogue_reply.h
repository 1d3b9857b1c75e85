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

inline std::string_view take_text_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace mailtap::smtp
