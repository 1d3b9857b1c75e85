// SPDX-License-Identifier: Apache-2.0
// What the files of this room share of Hyperscan; no other room includes this.
#pragma once

#include <hs.h>

#include <string>

#include "match/pattern.h"

namespace mailtap::hyperscan {

inline constexpr unsigned kLineFlags = HS_FLAG_CASELESS;
inline constexpr unsigned kLinesFlags = HS_FLAG_CASELESS | HS_FLAG_MULTILINE;

// "^EHLO": literals need no escape, none of them holds a character that means something to PCRE.
inline std::string expression_of(Pattern pattern) { return "^" + std::string(literal_of(pattern)); }

}  // namespace mailtap::hyperscan
