// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>

#include "encapsulations.h"
#include "packet/whole_datagram.h"

namespace mailtap {
namespace {

struct Told {
  Drop drop;
  IpFragment fragment;
};

Told told(const Octets& bytes, LinkType link = LinkType::kEthernet,
          const PacketSettings& settings = PacketSettings{}) {
  Decoder decoder(settings);
  TcpSegment segment;
  const Drop drop = decoder.decode(frame_of(bytes, link), segment);
  return {drop, decoder.fragment()};
}

Octets piece4(std::uint8_t protocol, unsigned bits) {
  return ipv4_with(20 + 16, Octets(16, 'x'), protocol, bits);
}
Octets piece6(std::uint8_t next, unsigned bits) {
  return ipv6(Octets{next, 0} + u16(bits) + u32(0xabcdef01) + Octets(16, 'x'), 44);
}

TEST(Fragment, OfIpv4IsTold) {
  const Octets bytes = ethernet(0x8100, tag(5, 0x0800, piece4(6, 0x2003))) + Octets(4, 0);
  const auto [drop, fragment] = told(bytes);
  ASSERT_EQ(drop, Drop::kFragment);
  EXPECT_EQ(to_string(fragment.source), "192.0.2.1");
  EXPECT_EQ(to_string(fragment.destination), "198.51.100.25");
  EXPECT_EQ(fragment.id, 7U);
  EXPECT_EQ(fragment.offset, 24U);
  EXPECT_EQ(fragment.size, 16U);
  EXPECT_EQ(as_text(fragment.data), std::string(16, 'x')) << "without the padding";
  EXPECT_EQ(fragment.protocol, 6);
  EXPECT_EQ(fragment.ip_version, 4);
  EXPECT_TRUE(fragment.more);
  EXPECT_EQ(fragment.time, 1000);
  EXPECT_EQ(fragment.vlan_count, 1);
  EXPECT_EQ(fragment.vlans[0], 5);
  EXPECT_EQ(fragment.tunnel, Tunnel{});
}

TEST(Fragment, OfIpv6IsTold) {
  const Octets bytes = ethernet(0x86dd, piece6(60, 0x0018));
  const auto [drop, fragment] = told(bytes);
  ASSERT_EQ(drop, Drop::kFragment);
  EXPECT_EQ(to_string(fragment.source), "2001:db8::1");
  EXPECT_EQ(fragment.id, 0xabcdef01U);
  EXPECT_EQ(fragment.offset, 24U);
  EXPECT_EQ(fragment.size, 16U);
  EXPECT_EQ(fragment.protocol, 60);
  EXPECT_EQ(fragment.ip_version, 6);
  EXPECT_FALSE(fragment.more);
}

TEST(Fragment, TellsTheTunnelAroundIt) {
  const Octets bytes = ethernet(0x0800, outer4(17, udp(4789, vxlan(9, ethernet(0x0800, piece4(6, 0x2000))))));
  const auto [drop, fragment] = told(bytes);
  ASSERT_EQ(drop, Drop::kFragment);
  EXPECT_EQ(fragment.tunnel.kind, TunnelKind::kVxlan);
  EXPECT_EQ(fragment.tunnel.id, 9U);
  EXPECT_EQ(to_string(fragment.tunnel.outer_source), "10.1.1.1");
}

TEST(Fragment, HasNoTunnelOfTheFrameBefore) {
  Decoder decoder{PacketSettings{}};
  TcpSegment segment;
  const Octets before = ethernet(0x0800, outer4(4, kInner4));
  const Octets bytes = ethernet(0x0800, piece4(6, 0x2000));
  ASSERT_EQ(decoder.decode(frame_of(before), segment), Drop::kNone);
  ASSERT_EQ(decoder.decode(frame_of(bytes), segment), Drop::kFragment);
  EXPECT_EQ(decoder.fragment().tunnel, Tunnel{});
}

TEST(Fragment, TellsWhatASnaplenCutOff) {
  const Octets bytes = ethernet(0x0800, piece4(6, 0x2000));
  Frame frame = frame_of(bytes);
  frame.captured -= 6;
  Decoder decoder{PacketSettings{}};
  TcpSegment segment;
  ASSERT_EQ(decoder.decode(frame, segment), Drop::kFragment);
  EXPECT_EQ(decoder.fragment().size, 16U);
  EXPECT_EQ(decoder.fragment().data.size(), 10U);
}

TEST(Fragment, OfWhatCannotCarryTcpIsNoFragment) {
  PacketSettings closed;
  closed.tunnel_depth_max = 0;
  for (const std::uint8_t protocol : {4, 17, 41, 47, 137}) {
    EXPECT_EQ(told(ethernet(0x0800, piece4(protocol, 0x2000))).drop, Drop::kFragment);
    EXPECT_EQ(told(ethernet(0x86dd, piece6(protocol, 0x0001))).drop, Drop::kFragment);
    EXPECT_EQ(told(ethernet(0x0800, piece4(protocol, 0x2000)), LinkType::kEthernet, closed).drop,
              Drop::kNotTcp);
  }
  for (const std::uint8_t protocol : {1, 50, 89}) {
    EXPECT_EQ(told(ethernet(0x0800, piece4(protocol, 0x2000))).drop, Drop::kNotTcp);
    EXPECT_EQ(told(ethernet(0x86dd, piece6(protocol, 0x0001))).drop, Drop::kNotTcp);
  }
  EXPECT_EQ(told(ethernet(0x0800, piece4(60, 0x2000))).drop, Drop::kNotTcp) << "extensions are IPv6's";
}

Octets whole(const WholeDatagram& around, const Octets& ip) {
  Octets bytes(sizeof around);
  std::memcpy(bytes.data(), &around, sizeof around);
  return bytes + ip;
}

TEST(WholeDatagram, IsDecodedWithWhatWasAroundIt) {
  WholeDatagram around;
  around.tunnel.kind = TunnelKind::kGre;
  around.tunnel.depth = 1;
  around.tunnel.id = 4;
  around.vlans = {7, 8};
  around.vlan_count = 2;
  const Octets bytes = whole(around, kInner6);
  const auto [drop, segment] = decoded(bytes, LinkType::kWhole);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(as_text(segment.payload), "payload");
  EXPECT_EQ(segment.tunnel, around.tunnel);
  EXPECT_EQ(segment.vlans, around.vlans);
  EXPECT_EQ(segment.vlan_count, 2);
  const Octets box = whole(around, outer4(4, kInner4));
  EXPECT_EQ(decoded(box, LinkType::kWhole).segment.tunnel.depth, 2);
}

TEST(WholeDatagram, MayHoldFragmentsInATunnelButIsNoneItself) {
  const auto drop = [](const Octets& ip) { return told(whole({}, ip), LinkType::kWhole).drop; };
  EXPECT_EQ(drop(outer4(4, piece4(6, 0x2000))), Drop::kFragment);
  EXPECT_EQ(drop(outer4(41, piece6(6, 0x0001))), Drop::kFragment);
  EXPECT_EQ(drop(piece4(6, 0x2000)), Drop::kBadIpHeader);
  EXPECT_EQ(drop(piece6(6, 0x0001)), Drop::kBadExtension);
  EXPECT_EQ(drop({}), Drop::kTruncatedIp);
  EXPECT_EQ(told({1, 2, 3}, LinkType::kWhole).drop, Drop::kTruncatedLink);
}

}  // namespace
}  // namespace mailtap
