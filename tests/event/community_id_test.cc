// SPDX-License-Identifier: Apache-2.0
#include "event/community_id.h"

#include <gtest/gtest.h>

namespace mailtap {
namespace {

IpAddress v4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  IpAddress address;
  address.octets = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
  return address;
}

FlowFacts flow(IpAddress client, std::uint16_t client_port, IpAddress server, std::uint16_t server_port,
               std::uint8_t version = 4) {
  FlowFacts made;
  made.client = client;
  made.server = server;
  made.client_port = client_port;
  made.server_port = server_port;
  made.ip_version = version;
  return made;
}

// From the specification's own baseline (tcp.pcap, seed 0).
TEST(CommunityId, AgreesWithTheSpecificationsExample) {
  const IpAddress client = v4(128, 232, 110, 120);
  const IpAddress server = v4(66, 35, 250, 204);
  EXPECT_EQ(community_id(flow(client, 34855, server, 80)).text(), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
  EXPECT_EQ(community_id(flow(server, 80, client, 34855)).text(), "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
}

TEST(CommunityId, OrdersEqualAddressesByPort) {
  const IpAddress host = v4(127, 0, 0, 1);
  EXPECT_EQ(community_id(flow(host, 25, host, 40000)).text(),
            community_id(flow(host, 40000, host, 25)).text());
  EXPECT_NE(community_id(flow(host, 25, host, 40000)).text(),
            community_id(flow(host, 26, host, 40000)).text());
}

TEST(CommunityId, TellsAMappedAddressOverIpv6FromIpv4) {
  const IpAddress a = v4(10, 0, 0, 1);
  const IpAddress b = v4(10, 0, 0, 2);
  EXPECT_NE(community_id(flow(a, 1, b, 2, 4)).text(), community_id(flow(a, 1, b, 2, 6)).text());
}

}  // namespace
}  // namespace mailtap
