// SPDX-License-Identifier: Apache-2.0
// The subject of what concerns an account. An account whose name was not read is nobody in particular: it is
// told apart by who uses it where, so that two of them are not taken for one. Control core only.
#pragma once

#include <string>
#include <string_view>

#include "event/alert.h"

namespace mailtap {

inline Subject account_subject(std::string_view username, const FlowFacts& flow) {
  if (!username.empty()) return {SubjectType::kAccount, std::string(username)};
  return {SubjectType::kAccount, "unnamed, " + to_string(flow.client) + " at " + to_string(flow.server)};
}

}  // namespace mailtap
