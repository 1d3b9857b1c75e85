// SPDX-License-Identifier: Apache-2.0
// An IPv4 or IPv6 address in wire order, and the two ends of a TCP connection. Plain values.
#ifndef MAILTAP_BENCH_TRAFFIC_ADDRESS_H_
#define MAILTAP_BENCH_TRAFFIC_ADDRESS_H_

#include <array>
#include <cstdint>
#include <string>

namespace mailtap::traffic {

enum class Side : std::uint8_t { kClient = 0, kServer = 1 };

constexpr Side other(Side side) { return side == Side::kClient ? Side::kServer : Side::kClient; }
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }

struct Address {
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address uses the first four
  bool v6 = false;

  bool operator<(const Address& that) const { return v6 != that.v6 ? v6 < that.v6 : bytes < that.bytes; }
  bool operator==(const Address& that) const { return v6 == that.v6 && bytes == that.bytes; }
};

// `host_order` is an IPv4 address as a number.
Address ipv4(std::uint32_t host_order);
// `prefix` is the upper half, `host` the lower half.
Address ipv6(std::uint64_t prefix, std::uint64_t host);
std::string to_text(const Address& address);

// How a sender leaves the TCP checksum: finished, or the bare pseudo-header sum that a capture on a machine
// with checksum offload shows.
enum class SumMode : std::uint8_t { kFull, kPseudoHeader };

struct Ends {
  std::array<Address, 2> ip;  // by Side
  std::array<std::uint16_t, 2> port{};
  std::array<SumMode, 2> sums{SumMode::kFull, SumMode::kFull};
  std::uint16_t vlan = 0;  // 0: untagged
  bool timestamps = true;  // RFC 7323 option on every segment
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_ADDRESS_H_
