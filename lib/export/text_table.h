// SPDX-License-Identifier: Apache-2.0
// Columns for a person: headings, aligned cells, cut to the width of the terminal. Also the words for
// figures.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace mailtap {

class TextTable {
 public:
  enum class Align : std::uint8_t { kLeft, kRight };
  struct Column {
    std::string_view heading;
    Align align = Align::kLeft;
    bool optional = false;  // left out where there is no room for all
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell a column. Cells may hold anything that traffic brought: they are made printable here.
  void add_row(const std::vector<std::string>& cells);

  // Lines, each with a line end, indented by two. Where they are wider than `width`, optional columns are
  // left out, the last one first; then the widest left-aligned column gives way and its cut cells end in "~".
  std::string render(std::size_t width) const;

 private:
  std::vector<std::size_t> natural_widths() const;
  std::vector<std::size_t> widths(std::size_t width) const;  // 0: left out
  std::string line(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

std::string count_text(std::uint64_t count);                        // "1,234,567"
std::string bytes_text(std::uint64_t bytes);                        // "1.2 MB"
std::string percent_text(std::uint64_t part, std::uint64_t whole);  // "12.3 %"; "-" of nothing
std::string moment_text(TimeNs time);                               // "2026-11-25 12:00:00"
std::string duration_text(DurationNs duration);                     // "1 h 02 min", "3.5 s"

}  // namespace mailtap
