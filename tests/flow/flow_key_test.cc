// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

#include <gtest/gtest.h>

#include <set>

#include "segments.h"

namespace mailtap {
namespace {

const FlowSettings kBare = [] {
  FlowSettings settings;
  settings.vlan_in_key = false;
  return settings;
}();

const FlowSettings kNetworks = [] {
  FlowSettings settings;
  settings.tunnel_in_key = true;
  return settings;
}();

TEST(FlowKey, IsTheSameForBothDirections) {
  const KeyedSegment there = make_flow_key(from_client(0, 0), FlowSettings{});
  const KeyedSegment back = make_flow_key(from_server(0, 0, 0), FlowSettings{});
  EXPECT_EQ(there.key, back.key);
  EXPECT_EQ(there.from, Side::kA) << "10.0.0.1 is the lower one";
  EXPECT_EQ(back.from, Side::kB);
}

TEST(FlowKey, OrdersByPortWhenTheAddressIsTheSame) {
  EXPECT_EQ(make_flow_key(segment_from(1, 25, 1, 9), FlowSettings{}).from, Side::kB);
  EXPECT_EQ(make_flow_key(segment_from(1, 9, 1, 25), FlowSettings{}).from, Side::kA);
}

TEST(FlowKey, TellsVlansApartOnlyWhereTheSettingSaysSo) {
  TcpSegment tagged = from_client(0, 0);
  tagged.vlan_count = 1;
  tagged.vlans[0] = 7;
  EXPECT_NE(make_flow_key(tagged, FlowSettings{}).key, make_flow_key(from_client(0, 0), FlowSettings{}).key);
  EXPECT_EQ(make_flow_key(tagged, kBare).key, make_flow_key(from_client(0, 0), kBare).key);
}

// The ids of flows in events of the past stand on them.
TEST(FlowKey, HasTheTagsItHadForTwoVlansAtMost) {
  TcpSegment tagged = from_client(0, 0);
  EXPECT_EQ(make_flow_key(tagged, FlowSettings{}).key.tags, 0x4000'0000U);
  tagged.vlan_count = 2;
  tagged.vlans = {0x123, 0xabc};
  EXPECT_EQ(make_flow_key(tagged, FlowSettings{}).key.tags, 0x42ab'c123U);
  tagged.tunnel.kind = TunnelKind::kGre;
  EXPECT_EQ(make_flow_key(tagged, FlowSettings{}).key.tags, 0x42ab'c123U);
}

TEST(FlowKey, TellsEveryOfFourVlansApart) {
  std::set<std::uint32_t> tags;
  for (std::size_t count = 2; count <= kVlansMax; ++count)
    for (std::size_t changed = 0; changed < count; ++changed) {
      TcpSegment tagged = from_client(0, 0);
      tagged.vlan_count = static_cast<std::uint8_t>(count);
      tagged.vlans[changed] = 7;
      tags.insert(make_flow_key(tagged, FlowSettings{}).key.tags);
      EXPECT_EQ(make_flow_key(tagged, kBare).key, make_flow_key(from_client(0, 0), kBare).key);
    }
  EXPECT_EQ(tags.size(), 2U + 3U + 4U);
}

TEST(FlowKey, TellsNetworksOfATunnelApartWhereTheSettingSaysSo) {
  const auto key = [](TunnelKind kind, std::uint32_t id, const FlowSettings& settings) {
    TcpSegment segment = from_client(0, 0);
    segment.tunnel.kind = kind;
    segment.tunnel.id = id;
    return make_flow_key(segment, settings).key;
  };
  for (const TunnelKind kind : {TunnelKind::kVxlan, TunnelKind::kVxlanGpe, TunnelKind::kGeneve,
                                TunnelKind::kGre, TunnelKind::kErspan, TunnelKind::kPppoe}) {
    EXPECT_NE(key(kind, 1, kNetworks), key(kind, 2, kNetworks));
    EXPECT_EQ(key(kind, 1, FlowSettings{}), key(kind, 2, FlowSettings{}));
  }
  EXPECT_NE(key(TunnelKind::kVxlan, 1, kNetworks), key(TunnelKind::kGeneve, 1, kNetworks));
  EXPECT_EQ(key(TunnelKind::kVxlan, 1, kNetworks).tags >> 28, 4U);
}

TEST(FlowKey, LetsTheTwoDirectionsMeetWhoseTunnelsHaveIdsOfTheirOwn) {
  TcpSegment there = from_client(0, 0);
  TcpSegment back = from_server(0, 0, 0);
  const FlowKey plain = make_flow_key(there, kNetworks).key;
  for (const TunnelKind kind : {TunnelKind::kMpls, TunnelKind::kIpip, TunnelKind::k4in6, TunnelKind::k6in4,
                                TunnelKind::k6in6, TunnelKind::kGtpU}) {
    there.tunnel.kind = kind;
    there.tunnel.id = 17;
    back.tunnel.kind = kind;
    back.tunnel.id = 4711;
    EXPECT_EQ(make_flow_key(there, kNetworks).key, make_flow_key(back, kNetworks).key);
    EXPECT_EQ(make_flow_key(there, kNetworks).key, plain) << "one direction may go without";
  }
}

TEST(FlowKey, LetsTheCallIdsOfPptpAndGreWithoutAKeyAlone) {
  TcpSegment there = from_client(0, 0);
  TcpSegment back = from_server(0, 0, 0);
  const FlowKey plain = make_flow_key(there, kNetworks).key;
  there.tunnel = {{}, {}, 17, TunnelKind::kGre, 1, true};
  back.tunnel = {{}, {}, 18, TunnelKind::kGre, 1, true};
  EXPECT_EQ(make_flow_key(there, kNetworks).key, plain);
  EXPECT_EQ(make_flow_key(back, kNetworks).key, plain);
  for (const TunnelKind kind : {TunnelKind::kGre, TunnelKind::kErspan}) {
    there.tunnel = {{}, {}, 0, kind, 1, false};
    EXPECT_EQ(make_flow_key(there, kNetworks).key, plain) << "one direction may go without";
  }
}

TEST(FlowKey, TellsAMappedAddressOverIpv6FromTheRealOne) {
  TcpSegment six = from_client(0, 0);
  six.ip_version = 6;
  EXPECT_NE(make_flow_key(six, FlowSettings{}).key, make_flow_key(from_client(0, 0), FlowSettings{}).key);
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
  const FlowKey key = make_flow_key(from_client(0, 0), FlowSettings{}).key;
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
