// SPDX-License-Identifier: Apache-2.0
// Sizes and durations as people write them: "256 MiB", "1.5 s". A size is bytes, B, KiB, MiB, GiB or TiB; a
// duration ns, us, ms, s, min, h or d. Set-up only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace mailtap {

// Nothing when the text is no size, is negative, not a whole number of bytes, or 2^63 or more.
std::optional<std::int64_t> parse_size(std::string_view text);
std::optional<DurationNs> parse_duration(std::string_view text);

// Exact: in the largest unit that gives a whole number. What the parsers read back.
std::string show_size(std::int64_t bytes);
std::string show_duration(DurationNs duration);

}  // namespace mailtap
