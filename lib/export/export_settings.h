// SPDX-License-Identifier: Apache-2.0
// Settings of what is written and how. Memory: write_block_bytes and the longest line; the report's tables
// take about 200 bytes an entry.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace mailtap {

enum class UsernamePrivacy : std::uint8_t { kShow, kHash };

struct ExportSettings {
  std::string sensor;  // a name for this sensor, in every event; empty: not told
  UsernamePrivacy usernames = UsernamePrivacy::kShow;
  std::size_t write_block_bytes = 256 * 1024;  // lines are collected up to this before they are written
  std::size_t report_entries_max = 10'000;     // a table of the report; further ones are counted together
  std::size_t report_rows = 10;                // a table of the report in text
};

}  // namespace mailtap
