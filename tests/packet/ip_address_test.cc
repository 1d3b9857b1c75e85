// SPDX-License-Identifier: Apache-2.0
#include "packet/ip_address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>

#include <string>

namespace mailtap {
namespace {

std::string six(const char* text) {
  IpAddress address;
  EXPECT_EQ(::inet_pton(AF_INET6, text, address.octets.data()), 1);
  return to_string(address);
}

TEST(IpAddress, IsWrittenAsRfc5952Says) {
  EXPECT_EQ(six("2001:0db8:0:0:0:0:0002:0001"), "2001:db8::2:1");
  EXPECT_EQ(six("2001:db8:0:1:1:1:1:1"), "2001:db8:0:1:1:1:1:1");
  EXPECT_EQ(six("2001:0:0:1:0:0:0:1"), "2001:0:0:1::1");
  EXPECT_EQ(six("2001:db8:0:0:1:0:0:1"), "2001:db8::1:0:0:1");
  EXPECT_EQ(six("2001:DB8::ABCD"), "2001:db8::abcd");
  EXPECT_EQ(six("::"), "::");
  EXPECT_EQ(six("::1"), "::1");
}

TEST(IpAddress, HoldsIpv4InItsMappedForm) {
  const std::uint8_t four[4] = {10, 0, 255, 1};
  const IpAddress address = IpAddress::from_v4(four);
  EXPECT_TRUE(address.is_v4());
  EXPECT_EQ(to_string(address), "10.0.255.1");
  EXPECT_EQ(six("::ffff:10.0.255.1"), "10.0.255.1");
  EXPECT_EQ(address.v4()[3], 1);
}

TEST(IpAddress, IsNotIpv4ForBeingShort) {
  IpAddress address;
  EXPECT_FALSE(address.is_v4());
  address.octets[10] = address.octets[11] = 0xff;
  EXPECT_TRUE(address.is_v4());
  address.octets[9] = 1;
  EXPECT_FALSE(address.is_v4());
}

}  // namespace
}  // namespace mailtap
