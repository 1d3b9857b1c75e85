// SPDX-License-Identifier: Apache-2.0
// Community ID version 1, seed 0 (https://github.com/corelight/community-id-spec): base64 of the SHA-1 of
// seed, lower address, higher address, protocol, padding, lower port, higher port. It costs hundreds of
// nanoseconds, so the control core computes it, and once a flow that is told.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "event/record.h"

namespace mailtap {

struct CommunityId {
  static constexpr std::size_t kSize = 30;  // "1:" and 28 digits
  std::array<char, kSize> digits{};

  std::string_view text() const { return {digits.data(), digits.size()}; }
};

// TCP. Any thread.
CommunityId community_id(const FlowFacts& flow);

// Remembers the last flows that were told; direct mapped, bounded. One thread.
class CommunityIdCache {
 public:
  explicit CommunityIdCache(std::size_t slots = 4096);  // a power of two
  std::string_view find_or_compute(std::uint64_t flow_id, const FlowFacts& flow);

 private:
  struct Slot {
    std::uint64_t flow_id = 0;
    bool filled = false;
    IpAddress client;  // roles may be learned late, and two flows may share an id
    std::uint16_t client_port = 0;
    CommunityId id;
  };
  std::vector<Slot> slots_;
};

}  // namespace mailtap
