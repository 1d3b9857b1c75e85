// SPDX-License-Identifier: Apache-2.0
// Which word somebody may have meant who wrote one that does not exist. Set-up only.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mailtap {

// Levenshtein's: characters to insert, delete or change.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The nearest of `words`; empty when none is near: more than a third of the word, and one more, would have to
// change.
std::string nearest(std::string_view word, const std::vector<std::string>& words);

// "; did you mean WORD?", or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words);

}  // namespace mailtap
