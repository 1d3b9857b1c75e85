// SPDX-License-Identifier: Apache-2.0
#include "export/text_table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "base/check.h"
#include "export/time_text.h"
#include "export/utf8.h"

namespace mailtap {

namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 12;  // an IPv4 address still shows where it comes from

// The first `columns` columns of valid UTF-8, the last one "~" when something was cut.
std::string fitted(const std::string& text, std::size_t columns) {
  if (columns_of(text) <= columns) return text;
  std::string cut;
  for (std::size_t at = 0, n = 0; n + 1 < columns; ++n) {
    const std::size_t size = decode_utf8(text, at).size;
    cut.append(text, at, size);
    at += size;
  }
  return cut + "~";
}

}  // namespace

void TextTable::add_row(const std::vector<std::string>& cells) {
  MAILTAP_CHECK(cells.size() == columns_.size());
  std::vector<std::string> row(cells.size());
  for (std::size_t i = 0; i < cells.size(); ++i) append_printable(row[i], cells[i]);
  rows_.push_back(std::move(row));
}

std::vector<std::size_t> TextTable::natural_widths() const {
  std::vector<std::size_t> widths(columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = columns_[i].heading.size();
    for (const auto& row : rows_) widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  return widths;
}

std::vector<std::size_t> TextTable::widths(std::size_t width) const {
  std::vector<std::size_t> widths = natural_widths();
  const auto total = [&widths] {
    std::size_t sum = kIndent - kGap;
    for (const std::size_t w : widths) sum += w == 0 ? 0 : w + kGap;
    return sum;
  };
  for (std::size_t i = columns_.size(); i-- > 0 && total() > width;)
    if (columns_[i].optional) widths[i] = 0;
  while (total() > width) {
    std::size_t widest = columns_.size();
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (columns_[i].align != Align::kLeft || widths[i] <= kNarrowest) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    widths[widest] = std::max(kNarrowest, widths[widest] - std::min(widths[widest], total() - width));
  }
  return widths;
}

std::string TextTable::line(const std::vector<std::string>& cells,
                            const std::vector<std::size_t>& widths) const {
  std::string text(kIndent - kGap, ' ');
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (widths[i] == 0) continue;
    const std::string cell = fitted(cells[i], widths[i]);
    const std::string fill(widths[i] - std::min(widths[i], columns_of(cell)), ' ');
    text.append(kGap, ' ');
    text += columns_[i].align == Align::kRight ? fill + cell : cell + fill;
  }
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string TextTable::render(std::size_t width) const {
  const std::vector<std::size_t> fitting = widths(width);
  std::vector<std::string> headings;
  for (const Column& column : columns_) headings.emplace_back(column.heading);
  std::string text = line(headings, fitting);
  for (const auto& row : rows_) text += line(row, fitting);
  return text;
}

std::string count_text(std::uint64_t count) {
  std::string text = std::to_string(count);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array<const char*, 6> kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  if (bytes < 1000) return std::to_string(bytes) + " B";
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 999.95 && unit + 1 < kUnits.size(); value /= 1000) ++unit;
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %s", value, kUnits[unit]);
  return text.data();
}

std::string percent_text(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return "-";
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text.data();
}

std::string moment_text(TimeNs time) {
  TimeText clock;
  std::string text(clock.text(time).substr(0, 19));
  text[10] = ' ';
  return text;
}

std::string duration_text(DurationNs duration) {
  const auto seconds = static_cast<long long>(duration / kSecondNs);
  std::array<char, 48> text;
  if (seconds < 60) {
    std::snprintf(text.data(), text.size(), "%.1f s", static_cast<double>(duration) / 1e9);
  } else if (seconds < 3600) {
    std::snprintf(text.data(), text.size(), "%lld min %02lld s", seconds / 60, seconds % 60);
  } else if (seconds < 86'400) {
    std::snprintf(text.data(), text.size(), "%lld h %02lld min", seconds / 3600, seconds / 60 % 60);
  } else {
    std::snprintf(text.data(), text.size(), "%lld d %02lld h", seconds / 86'400, seconds / 3600 % 24);
  }
  return text.data();
}

}  // namespace mailtap
