// SPDX-License-Identifier: Apache-2.0
// Capture time as EVE writes it: "2026-11-25T12:00:00.123456+0000". The calendar part is kept for the second
// it was made for, since events come in order of time. One thread.
#pragma once

#include <array>
#include <string_view>

#include "base/time.h"

namespace mailtap {

class TimeText {
 public:
  static constexpr std::size_t kSize = 31;

  // Valid until the next call.
  std::string_view text(TimeNs time);

 private:
  void set_second(std::int64_t second);

  std::int64_t second_ = 0;
  bool filled_ = false;
  std::array<char, kSize + 1> text_{};
};

}  // namespace mailtap
