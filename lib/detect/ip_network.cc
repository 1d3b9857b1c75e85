// SPDX-License-Identifier: Apache-2.0
//   network = address [ "/" prefix ]      prefix = 0..32 (IPv4), 0..128 (IPv6)
#include "detect/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace mailtap {
namespace {

constexpr unsigned kMappedBits = 96;  // ::ffff:0:0/96 stands before every IPv4 address

IpAddress masked(IpAddress address, unsigned bits) {
  for (unsigned i = 0; i < address.octets.size(); ++i) {
    const unsigned keep = bits > i * 8 ? std::min(bits - i * 8, 8U) : 0;
    address.octets[i] = static_cast<std::uint8_t>(address.octets[i] & (0xff00U >> keep));
  }
  return address;
}

bool parse_address(const std::string& text, IpAddress& address, bool& v4) {
  v4 = text.find(':') == std::string::npos;
  if (!v4) return inet_pton(AF_INET6, text.c_str(), address.octets.data()) == 1;
  address.octets[10] = address.octets[11] = 0xff;
  return inet_pton(AF_INET, text.c_str(), address.octets.data() + 12) == 1;
}

bool parse_bits(std::string_view text, unsigned most, unsigned& bits) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, bits);
  return error == std::errc{} && stop == end && bits <= most;
}

}  // namespace

bool IpNetwork::contains(const IpAddress& other) const { return masked(other, bits) == address; }

Result<IpNetwork> parse_network(std::string_view text) {
  const std::size_t slash = text.find('/');
  IpNetwork network;
  bool v4 = false;
  if (!parse_address(std::string(text.substr(0, slash)), network.address, v4)) {
    return Failure{"not an address or network"};
  }
  const unsigned most = v4 ? 32 : 128;
  unsigned bits = most;
  if (slash != std::string_view::npos && !parse_bits(text.substr(slash + 1), most, bits)) {
    return Failure{"the prefix is not a number from 0 to " + std::to_string(most)};
  }
  network.bits = static_cast<std::uint8_t>(v4 ? bits + kMappedBits : bits);
  if (masked(network.address, network.bits) != network.address) {
    return Failure{"bits are set behind the prefix"};
  }
  return network;
}

std::string to_string(const IpNetwork& network) {
  const bool v4 = network.address.is_v4() && network.bits >= kMappedBits;
  const unsigned most = v4 ? 32 : 128;
  const unsigned bits = v4 ? network.bits - kMappedBits : network.bits;
  std::string text = to_string(network.address);
  return bits == most ? text : text + "/" + std::to_string(bits);
}

bool any_contains(std::span<const IpNetwork> networks, const IpAddress& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&address](const IpNetwork& network) { return network.contains(address); });
}

}  // namespace mailtap
