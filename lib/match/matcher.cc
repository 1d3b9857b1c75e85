// SPDX-License-Identifier: Apache-2.0
#include "match/matcher.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <new>

#include "base/check.h"
#include "match/hyperscan.h"
#include "match/pattern_set.h"

namespace mailtap {
namespace {

struct Scan {
  Bytes data;
  std::span<Match> out;
  std::size_t count = 0;
  std::size_t covered = 0;  // what lies behind is not judged
};

bool ends_word(const Scan& scan, Pattern pattern, std::size_t end) {
  if (pattern == Pattern::kAuthScram || end == scan.data.size()) return true;
  const std::uint8_t next = scan.data[end];
  return next == ' ' || next == '\r' || next == '\n' || next == '\t';
}

// After these lines come other things than commands, if the server agrees.
bool changes_what_follows(Pattern pattern) {
  return pattern == Pattern::kAuth || pattern == Pattern::kBdat || pattern == Pattern::kData ||
         pattern == Pattern::kStarttls || pattern == Pattern::kXAnonymoustls;
}

std::size_t behind_line(Bytes data, std::size_t from) {
  if (from == data.size()) return from;
  const void* at = std::memchr(data.data() + from, '\n', data.size() - from);
  if (at == nullptr) return data.size();
  return static_cast<std::size_t>(static_cast<const std::uint8_t*>(at) - data.data()) + 1;
}

// The line that did not fit is left to the next scan as a whole.
void leave_line(Scan& scan, std::size_t end) {
  const void* at = ::memrchr(scan.data.data(), '\n', end);
  const std::size_t start =
      at == nullptr ? 0
                    : static_cast<std::size_t>(static_cast<const std::uint8_t*>(at) - scan.data.data()) + 1;
  while (scan.count > 0 && scan.out[scan.count - 1].end > start) --scan.count;
  scan.covered = start;
}

int on_line_match(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
  Scan& scan = *static_cast<Scan*>(context);
  const auto pattern = static_cast<Pattern>(id);
  if (scan.count < scan.out.size() && ends_word(scan, pattern, end))
    scan.out[scan.count++] = {pattern, static_cast<std::uint32_t>(end)};
  return 0;
}

int on_lines_match(unsigned id, unsigned long long, unsigned long long end, unsigned, void* context) {
  Scan& scan = *static_cast<Scan*>(context);
  const auto pattern = static_cast<Pattern>(id);
  if (end > scan.covered) return 1;
  if (!ends_word(scan, pattern, end)) return 0;
  if (scan.count == scan.out.size()) {
    leave_line(scan, end);
    return 1;
  }
  scan.out[scan.count++] = {pattern, static_cast<std::uint32_t>(end)};
  if (changes_what_follows(pattern)) scan.covered = behind_line(scan.data, end);
  return 0;
}

void run(const hs_database* database, Scan& scan, match_event_handler on_match, hs_scratch* scratch) {
  const std::size_t size = std::min<std::size_t>(scan.data.size(), std::numeric_limits<unsigned>::max());
  const hs_error_t outcome = hs_scan(database, reinterpret_cast<const char*>(scan.data.data()),
                                     static_cast<unsigned>(size), 0, scratch, on_match, &scan);
  MAILTAP_CHECK(outcome == HS_SUCCESS || outcome == HS_SCAN_TERMINATED);
}

}  // namespace

void Matcher::FreeScratch::operator()(hs_scratch* scratch) const { hs_free_scratch(scratch); }

Matcher::Matcher(const PatternSet& patterns) : patterns_(patterns) {
  hs_scratch* scratch = nullptr;
  const bool allocated = hs_alloc_scratch(patterns.line(), &scratch) == HS_SUCCESS &&
                         hs_alloc_scratch(patterns.lines(), &scratch) == HS_SUCCESS;
  scratch_.reset(scratch);
  if (!allocated) throw std::bad_alloc();
}

std::size_t Matcher::scan_line(Bytes line, std::span<Match> out) {
  MAILTAP_CHECK(out.size() >= kMatchesALineMax);
  if (line.empty()) return 0;
  Scan scan{line, out, 0, line.size()};
  run(patterns_.line(), scan, on_line_match, scratch_.get());
  return scan.count;
}

LinesScan Matcher::scan_lines(Bytes chunk, std::span<Match> out) {
  MAILTAP_CHECK(out.size() >= kMatchesALineMax);
  if (chunk.empty()) return {};
  Scan scan{chunk, out, 0, chunk.size()};
  run(patterns_.lines(), scan, on_lines_match, scratch_.get());
  return {scan.count, scan.covered};
}

}  // namespace mailtap
