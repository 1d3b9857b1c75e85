// SPDX-License-Identifier: Apache-2.0
// Whom a host counter belongs to. An address that is client here and server there (a relay) has two rows.
// Ordered by role first: the order in which `host` events are told.
#pragma once

#include <compare>
#include <cstdint>
#include <cstring>

#include "base/hash.h"
#include "base/side.h"
#include "packet/ip_address.h"

namespace mailtap {

struct HostKey {
  Role role = Role::kClient;
  IpAddress ip;

  auto operator<=>(const HostKey&) const = default;
};

inline std::uint64_t hash_of(const HostKey& key, std::uint64_t seed) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, key.ip.octets.data(), 8);
  std::memcpy(&low, key.ip.octets.data() + 8, 8);
  return mix_hash(mix_hash(high ^ seed, low), seed + index_of(key.role));
}

// Intervals are [end - length, end), `end` a whole multiple of `length`; for times before 1970 too.
inline TimeNs interval_end_of(TimeNs time, DurationNs length) {
  const TimeNs past = time % length;
  return time - (past < 0 ? past + length : past) + length;
}

}  // namespace mailtap
