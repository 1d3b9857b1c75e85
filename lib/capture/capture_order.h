// SPDX-License-Identifier: Apache-2.0
// In which order several capture files are to be read. Set-up only.
#pragma once

#include <string>
#include <vector>

namespace mailtap {

// By the time of their first record; those without one that can be read last, as they came. Where one of them
// cannot be read twice (a pipe), and with fewer than two, as they are. Whole files only: where two of them
// overlap in time, the later one's records run backwards, and are counted as such.
std::vector<std::string> in_order_of_time(const std::vector<std::string>& paths);

}  // namespace mailtap
