// SPDX-License-Identifier: Apache-2.0
#include "export/time_text.h"

#include <ctime>

namespace mailtap {

std::string_view TimeText::text(TimeNs time) {
  std::int64_t second = time / kSecondNs;
  std::int64_t rest = time % kSecondNs;
  if (rest < 0) {
    rest += kSecondNs;
    --second;
  }
  if (!filled_ || second != second_) set_second(second);
  std::int64_t micros = rest / kMicrosecondNs;
  for (std::size_t at = 25; at > 19; --at, micros /= 10) text_[at] = static_cast<char>('0' + micros % 10);
  return {text_.data(), kSize};
}

// TimeNs ends with the year 2262, so the year always has four digits.
void TimeText::set_second(std::int64_t second) {
  const std::time_t clock = second;
  std::tm calendar{};
  gmtime_r(&clock, &calendar);
  std::strftime(text_.data(), text_.size(), "%Y-%m-%dT%H:%M:%S.000000+0000", &calendar);
  second_ = second;
  filled_ = true;
}

}  // namespace mailtap
