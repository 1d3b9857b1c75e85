// SPDX-License-Identifier: Apache-2.0
#include "detect/ip_network.h"

#include <gtest/gtest.h>

namespace mailtap {
namespace {

IpAddress ip(std::string_view text) { return parse_network(text).value().address; }
IpNetwork network(std::string_view text) { return parse_network(text).value(); }

TEST(IpNetwork, ContainsItsFirstAndLastAddressAndNoNeighbour) {
  EXPECT_TRUE(network("172.16.0.0/12").contains(ip("172.16.0.0")));
  EXPECT_TRUE(network("172.16.0.0/12").contains(ip("172.31.255.255")));
  EXPECT_FALSE(network("172.16.0.0/12").contains(ip("172.32.0.0")));
  EXPECT_FALSE(network("172.16.0.0/12").contains(ip("172.15.255.255")));
  EXPECT_TRUE(network("fc00::/7").contains(ip("fdff::1")));
  EXPECT_FALSE(network("fc00::/7").contains(ip("fe00::")));
}

TEST(IpNetwork, OfABareAddressHoldsThatAddressOnly) {
  EXPECT_TRUE(network("192.0.2.1").contains(ip("192.0.2.1")));
  EXPECT_FALSE(network("192.0.2.1").contains(ip("192.0.2.0")));
  EXPECT_EQ(network("2001:db8::1").bits, 128);
}

TEST(IpNetwork, KeepsIpv4AndIpv6Apart) {
  EXPECT_FALSE(network("0.0.0.0/0").contains(ip("2001:db8::1")));
  EXPECT_TRUE(network("0.0.0.0/0").contains(ip("203.0.113.9")));
  EXPECT_TRUE(network("::/0").contains(ip("2001:db8::1")));
}

TEST(IpNetwork, RefusesWhatIsNotANetwork) {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0/8", "fc00::/129", "10.0.0.0/-1",
                           "10.0.0.0/8x", "mail", "10.0.0.1/8", "fd00::1/64"}) {
    EXPECT_FALSE(parse_network(text).ok()) << text;
  }
}

TEST(IpNetwork, IsWrittenAsItWasRead) {
  for (const char* text : {"10.0.0.0/8", "192.0.2.1", "fc00::/7", "2001:db8::1", "0.0.0.0/0"}) {
    EXPECT_EQ(to_string(network(text)), text);
  }
}

}  // namespace
}  // namespace mailtap
