// SPDX-License-Identifier: Apache-2.0
// The Internet checksum (RFC 1071): one's complement sum of 16-bit words in memory order, so that a folded
// sum is stored back without a byte swap on any machine.
#ifndef MAILTAP_BENCH_TRAFFIC_CHECKSUM_H_
#define MAILTAP_BENCH_TRAFFIC_CHECKSUM_H_

#include <cstddef>
#include <cstdint>

namespace mailtap::traffic {

// Adds `size` bytes to `sum`; an odd last byte counts as the first half of a word, so only the last piece may
// be odd.
std::uint64_t add_to_sum(std::uint64_t sum, const std::uint8_t* data, std::size_t size);
// The folded sum, not yet complemented.
std::uint16_t fold(std::uint64_t sum);

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_CHECKSUM_H_
