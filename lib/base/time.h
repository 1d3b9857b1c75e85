// SPDX-License-Identifier: Apache-2.0
// Time is capture time everywhere: nanoseconds since 1970-01-01 UTC, as the packet source read it. Nobody
// below app/ asks a clock. Signed, so that differences need no care; good until the year 2262.
#pragma once

#include <cstdint>
#include <limits>

namespace mailtap {

using TimeNs = std::int64_t;      // a point in time
using DurationNs = std::int64_t;  // a distance between two

inline constexpr DurationNs kMicrosecondNs = 1'000;
inline constexpr DurationNs kMillisecondNs = 1'000'000;
inline constexpr DurationNs kSecondNs = 1'000'000'000;
inline constexpr TimeNs kTimeMin = std::numeric_limits<TimeNs>::min();
inline constexpr TimeNs kTimeMax = std::numeric_limits<TimeNs>::max();

}  // namespace mailtap
