// SPDX-License-Identifier: Apache-2.0
// A seeded mix for tables in memory. Not a cryptographic hash: it keeps whoever sends packets from choosing
// collisions only as long as the seed is secret, so a table that traffic fills takes its seed at random at
// start. The result of a run never depends on a seed. The multiply-and-fold step is that of wyhash (public
// domain).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace mailtap {

inline std::uint64_t mix_hash(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9e37'79b9'7f4a'7c15) * (b ^ 0xe703'7ed1'a0b4'28db);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t hash_bytes(const void* data, std::size_t size, std::uint64_t seed) {
  const auto* at = static_cast<const unsigned char*>(data);
  std::uint64_t hash = mix_hash(seed, size);
  for (; size >= 8; at += 8, size -= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, 8);
    hash = mix_hash(hash ^ word, seed);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, at, size);
  return mix_hash(hash ^ tail, seed + size);
}

}  // namespace mailtap
