// SPDX-License-Identifier: Apache-2.0
// The verbs that a session counts, by the name they are told with. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "match/pattern.h"

namespace mailtap::smtp {

enum class Verb : std::uint8_t {
  kEhlo,
  kHelo,
  kLhlo,
  kMail,
  kRcpt,
  kData,
  kBdat,
  kRset,
  kVrfy,
  kExpn,
  kHelp,
  kNoop,
  kQuit,
  kAuth,
  kStarttls,
  kXAnonymoustls,
  kEtrn,
  kTurn,
  kXclient,
  kXforward,
  kOther,
  kEndOfData  // the line with the dot: it is answered like a command, but never counted as one
};

inline constexpr std::size_t kVerbCounts = static_cast<std::size_t>(Verb::kOther) + 1;

static_assert(static_cast<std::size_t>(Verb::kOther) == kVerbs);

constexpr Verb verb_of(Pattern pattern) {
  return is_verb(pattern) ? static_cast<Verb>(pattern) : Verb::kOther;
}

// "EHLO", ..., "X-ANONYMOUSTLS", "OTHER".
std::string_view name_of(Verb verb);

}  // namespace mailtap::smtp
