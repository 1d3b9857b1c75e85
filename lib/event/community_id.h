// SPDX-License-Identifier: Apache-2.0
// Community ID version 1, seed 0 (https://github.com/corelight/community-id-spec): base64 of the SHA-1 of
// seed, lower address, higher address, protocol, padding, lower port, higher port. It costs hundreds of
// nanoseconds, so the control core computes it, and once a flow that is told (export/flow_text.h keeps it).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "event/record.h"

namespace mailtap {

struct CommunityId {
  static constexpr std::size_t kSize = 30;  // "1:" and 28 digits
  std::array<char, kSize> digits{};

  std::string_view text() const { return {digits.data(), digits.size()}; }
};

// TCP. Any thread.
CommunityId community_id(const FlowFacts& flow);

}  // namespace mailtap
