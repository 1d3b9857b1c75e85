// SPDX-License-Identifier: Apache-2.0
// The verbs that a session counts, by the name they are told with. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "match/pattern.h"

namespace mailtap::smtp {

constexpr std::uint8_t number_of(Pattern pattern) { return static_cast<std::uint8_t>(pattern); }

// A verb that has a pattern has its number.
enum class Verb : std::uint8_t {
  kEhlo = number_of(Pattern::kEhlo),
  kHelo = number_of(Pattern::kHelo),
  kLhlo = number_of(Pattern::kLhlo),
  kMail = number_of(Pattern::kMail),
  kRcpt = number_of(Pattern::kRcpt),
  kData = number_of(Pattern::kData),
  kBdat = number_of(Pattern::kBdat),
  kRset = number_of(Pattern::kRset),
  kVrfy = number_of(Pattern::kVrfy),
  kExpn = number_of(Pattern::kExpn),
  kHelp = number_of(Pattern::kHelp),
  kNoop = number_of(Pattern::kNoop),
  kQuit = number_of(Pattern::kQuit),
  kAuth = number_of(Pattern::kAuth),
  kStarttls = number_of(Pattern::kStarttls),
  kXAnonymoustls = number_of(Pattern::kXAnonymoustls),
  kEtrn = number_of(Pattern::kEtrn),
  kTurn = number_of(Pattern::kTurn),
  kXclient = number_of(Pattern::kXclient),
  kXforward = number_of(Pattern::kXforward),
  kOther = kVerbs,
  kEndOfData  // the line with the dot: it is answered like a command, but never counted as one
};

inline constexpr std::size_t kVerbCounts = static_cast<std::size_t>(Verb::kOther) + 1;

constexpr Verb verb_of(Pattern pattern) {
  return is_verb(pattern) ? static_cast<Verb>(pattern) : Verb::kOther;
}

// "EHLO", ..., "X-ANONYMOUSTLS", "OTHER".
std::string_view name_of(Verb verb);

}  // namespace mailtap::smtp
