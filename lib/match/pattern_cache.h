// SPDX-License-Identifier: Apache-2.0
// Compiled patterns on disk. Hyperscan trusts what it deserialises, so a file is read only from a folder that
// nobody but the effective user can write, and only when its header, checksum and name fit:
//   "MAILTAP-PATTERNS-1\n", size of the line set, size of the lines set (64 bit, little endian),
//   checksum of the two sets (128 bits, against damage; against forging stands the folder), the sets.
// The name holds Hyperscan's version, the CPU it was compiled for and a digest of all patterns and flags, so
// that what does not fit is not even opened. Written under another name, then renamed. Set-up only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "match/match_settings.h"

namespace mailtap {

struct SerialisedPatterns {
  std::vector<char> line;
  std::vector<char> lines;
};

// The folder the settings name, or the default one. Fails when there is neither a setting nor a home.
Result<std::string> cache_folder(const MatchSettings& settings);

// Makes the folder (0700) when it is missing. Fails with the reason why it must not be used.
Status prepare_cache_folder(const std::string& folder);

// As prepare_cache_folder() without making anything: a missing folder is fine when it could be made.
Status check_cache_folder(const std::string& folder);

// The name in the folder for this build on this CPU. Fails where Hyperscan does not run.
Result<std::string> cache_file_name();

// `name` in `folder`; the folder and the file are checked as they are opened, so that nobody swaps them
// between.
Result<SerialisedPatterns> read_cache(const std::string& folder, const std::string& name);
Status write_cache(const std::string& folder, const std::string& name, const SerialisedPatterns& patterns);

}  // namespace mailtap
