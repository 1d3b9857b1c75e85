// SPDX-License-Identifier: Apache-2.0
// Looks for the built-in patterns in command lines. One a thread; holds Hyperscan's scratch, made by the
// constructor. Scans neither allocate nor fail. Whole lines only: a line that was cut by a segment would
// match in its middle, so its pieces are joined first (SMTP's line buffer).
//
// A pattern matches when its literal is followed by a space, a tab, CR, LF or the end of the data;
// kAuthScram is a prefix and may be followed by anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/bytes.h"
#include "match/pattern.h"

struct hs_scratch;

namespace mailtap {

class PatternSet;

struct Match {
  Pattern pattern = Pattern::kCount;
  std::uint32_t end = 0;  // offset, in what was scanned, of the byte behind the literal
};

// No line matches more often: a verb, and behind AUTH one mechanism.
inline constexpr std::size_t kMatchesALineMax = 2;

struct LinesScan {
  std::size_t matches = 0;  // how many stand in `out`, by ascending end
  std::size_t covered = 0;  // a line that starts below this offset and has no match holds no known verb
};

class Matcher {
 public:
  // `patterns` must outlive the matcher. Throws std::bad_alloc.
  explicit Matcher(const PatternSet& patterns);

  // One line, its CRLF included or not. Answers how many matches stand in `out` (which has room for
  // kMatchesALineMax at least): the verb first, then the mechanism; 0 when the verb is unknown.
  std::size_t scan_line(Bytes line, std::span<Match> out);

  // A chunk of whole lines; worth it from about three lines up. The scan ends behind the first line after
  // which a client says something else than commands, if the server agrees (AUTH, BDAT, DATA, STARTTLS,
  // X-ANONYMOUSTLS), and when `out` is full: `covered` tells how far it came, and is never 0 for a chunk that
  // is not empty.
  LinesScan scan_lines(Bytes chunk, std::span<Match> out);

 private:
  struct FreeScratch {
    void operator()(hs_scratch* scratch) const;
  };

  const PatternSet& patterns_;
  std::unique_ptr<hs_scratch, FreeScratch> scratch_;
};

}  // namespace mailtap
