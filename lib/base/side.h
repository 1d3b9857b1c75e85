// SPDX-License-Identifier: Apache-2.0
// The two ends of a flow. Side is geometry: which end of the canonical flow key sent it (A has the lower
// address and port). Role is meaning: who opened the connection or speaks as a client. A flow knows its sides
// from the first packet, its roles once a SYN or the content told them.
#pragma once

#include <cstdint>

namespace mailtap {

enum class Side : std::uint8_t { kA = 0, kB = 1 };
enum class Role : std::uint8_t { kClient = 0, kServer = 1 };

constexpr Side other(Side side) { return side == Side::kA ? Side::kB : Side::kA; }
constexpr Role other(Role role) { return role == Role::kClient ? Role::kServer : Role::kClient; }
constexpr unsigned index_of(Side side) { return static_cast<unsigned>(side); }
constexpr unsigned index_of(Role role) { return static_cast<unsigned>(role); }

}  // namespace mailtap
