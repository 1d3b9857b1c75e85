// SPDX-License-Identifier: Apache-2.0
// The built-in patterns as two compiled Hyperscan databases: one for a single line, one for a chunk of whole
// lines. Compiled or loaded once at start, const afterwards; any number of threads may share it. It must
// outlive every Matcher made from it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "base/result.h"
#include "match/match_settings.h"

struct hs_database;

namespace mailtap {

class PatternSet {
 public:
  struct Free {
    void operator()(hs_database* database) const;
  };
  using Database = std::unique_ptr<hs_database, Free>;

  PatternSet(Database line, Database lines) : line_(std::move(line)), lines_(std::move(lines)) {}

  // Compiles, some tens of milliseconds. Fails where the CPU lacks what Hyperscan needs (SSSE3).
  static Result<std::shared_ptr<const PatternSet>> compile();

  const hs_database* line() const { return line_.get(); }
  const hs_database* lines() const { return lines_.get(); }

 private:
  Database line_;   // `^` is the start of the data only
  Database lines_;  // `^` is the start of every line
};

enum class CacheUse : std::uint8_t {
  kLoaded,   // from the cache
  kWritten,  // compiled, and kept for the next start
  kUnused,   // compiled; `why_unused` tells why nothing was kept
};

struct LoadedPatterns {
  std::shared_ptr<const PatternSet> set;
  CacheUse cache = CacheUse::kUnused;
  std::string why_unused;
};

// From the cache when it holds what this build on this CPU needs, else compiled and written there. A cache
// that cannot be used is no failure. Set-up only.
Result<LoadedPatterns> load_or_compile(const MatchSettings& settings);

}  // namespace mailtap
