// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

#include <gtest/gtest.h>

#include <set>

#include "segments.h"

namespace mailtap {
namespace {

TEST(FlowKey, IsTheSameForBothDirections) {
  const KeyedSegment there = make_flow_key(from_client(0, 0), true);
  const KeyedSegment back = make_flow_key(from_server(0, 0, 0), true);
  EXPECT_EQ(there.key, back.key);
  EXPECT_EQ(there.from, Side::kA) << "10.0.0.1 is the lower one";
  EXPECT_EQ(back.from, Side::kB);
}

TEST(FlowKey, OrdersByPortWhenTheAddressIsTheSame) {
  EXPECT_EQ(make_flow_key(segment_from(1, 25, 1, 9), true).from, Side::kB);
  EXPECT_EQ(make_flow_key(segment_from(1, 9, 1, 25), true).from, Side::kA);
}

TEST(FlowKey, TellsVlansApartOnlyWhereTheSettingSaysSo) {
  TcpSegment tagged = from_client(0, 0);
  tagged.vlan_count = 1;
  tagged.vlans[0] = 7;
  EXPECT_NE(make_flow_key(tagged, true).key, make_flow_key(from_client(0, 0), true).key);
  EXPECT_EQ(make_flow_key(tagged, false).key, make_flow_key(from_client(0, 0), false).key);
}

TEST(FlowKey, TellsAMappedAddressOverIpv6FromTheRealOne) {
  TcpSegment six = from_client(0, 0);
  six.ip_version = 6;
  EXPECT_NE(make_flow_key(six, true).key, make_flow_key(from_client(0, 0), true).key);
}

TEST(FlowKey, SteersBothDirectionsAndEveryVlanAlikeButSpreadsFlows) {
  TcpSegment tagged = from_server(0, 0, 0);
  tagged.vlan_count = 1;
  tagged.vlans[0] = 7;
  EXPECT_EQ(steering_hash(from_client(0, 0), 5), steering_hash(tagged, 5));
  std::array<int, 4> workers{};
  for (std::uint32_t host = 0; host < 4000; ++host)
    ++workers[steering_hash(segment_from(host + 10, 40'000, 2, 25), 5) % 4];
  for (const int flows : workers) EXPECT_NEAR(flows, 1000, 150);
}

TEST(FlowKey, GivesAFlowAnIdOf53BitsThatItsStartChanges) {
  const FlowKey key = make_flow_key(from_client(0, 0), true).key;
  EXPECT_EQ(flow_id_of(key, 1), flow_id_of(key, 1));
  EXPECT_NE(flow_id_of(key, 1), flow_id_of(key, 2));
  std::set<std::uint64_t> ids;
  for (TimeNs start = 0; start < 10'000; ++start) {
    ids.insert(flow_id_of(key, start));
    ASSERT_LT(flow_id_of(key, start), std::uint64_t{1} << 53);
  }
  EXPECT_EQ(ids.size(), 10'000U);
}

}  // namespace
}  // namespace mailtap
