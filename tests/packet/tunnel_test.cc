// SPDX-License-Identifier: Apache-2.0
#include "packet/tunnel.h"

#include <gtest/gtest.h>

#include <set>

#include "encapsulations.h"

namespace mailtap {
namespace {

bool of_the_link(TunnelKind kind) { return kind == TunnelKind::kMpls || kind == TunnelKind::kPppoe; }

TEST(Tunnel, OfEveryKindGivesTheSegmentWithin) {
  for (const Encapsulation& one : encapsulations()) {
    SCOPED_TRACE(one.name);
    const auto [drop, segment] = decoded(one.bytes, one.link);
    ASSERT_EQ(drop, Drop::kNone) << name_of(drop);
    EXPECT_EQ(as_text(segment.payload), "payload");
    EXPECT_EQ(segment.payload_cut, 0U);
    EXPECT_EQ(segment.tcp.size(), 35U);
    EXPECT_EQ(segment.destination_port, 25);
    EXPECT_EQ(to_string(segment.source), segment.ip_version == 4 ? "192.0.2.1" : "2001:db8::1");
    EXPECT_EQ(segment.vlan_count, one.vlans);
    EXPECT_EQ(segment.tunnel.kind, one.kind);
    EXPECT_EQ(segment.tunnel.depth, one.depth);
    if (one.kind == TunnelKind::kNone) continue;
    EXPECT_EQ(segment.tunnel.id, one.id);
    EXPECT_EQ(segment.tunnel.id_by_receiver, one.name == "pptp");
    const std::string outer = to_string(segment.tunnel.outer_source);
    if (of_the_link(one.kind)) {
      EXPECT_EQ(segment.tunnel.outer_source, IpAddress());
    } else {
      EXPECT_TRUE(outer == "10.1.1.1" || outer == "fd00::1") << outer;
    }
  }
}

TEST(Tunnel, OfEveryKindIsAmongTheExamples) {
  std::set<TunnelKind> kinds;
  std::set<LinkType> links;
  for (const Encapsulation& one : encapsulations()) {
    kinds.insert(one.kind);
    links.insert(one.link);
  }
  EXPECT_EQ(kinds.size(), static_cast<std::size_t>(TunnelKind::kCount));
  EXPECT_EQ(links.size(), static_cast<std::size_t>(LinkType::kUnknown) - 1U) << "all but kWhole";
}

TEST(Tunnel, KeepsTheAddressesAroundTheInnermost) {
  const Octets bytes = ethernet(0x86dd, outer6(47, u16(0) + u16(0x0800) + outer4(4, kInner4)));
  const auto [drop, segment] = decoded(bytes);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(segment.tunnel.kind, TunnelKind::kIpip);
  EXPECT_EQ(segment.tunnel.depth, 2);
  EXPECT_EQ(to_string(segment.tunnel.outer_source), "10.1.1.1");
  EXPECT_EQ(to_string(segment.tunnel.outer_destination), "10.1.1.2");
}

Octets boxes(unsigned n) {
  Octets inner = kInner4;
  for (; n > 0; --n) inner = outer4(4, inner);
  return ethernet(0x0800, inner);
}

Drop with_depth(std::uint32_t depth, const Octets& bytes) {
  PacketSettings settings;
  settings.tunnel_depth_max = depth;
  Decoder decoder(settings);
  TcpSegment segment;
  return decoder.decode(frame_of(bytes), segment);
}

TEST(Tunnel, IsOpenedToTheDepthOfTheSettings) {
  for (unsigned depth = 1; depth <= kTunnelDepthMax; ++depth) {
    EXPECT_EQ(with_depth(depth, boxes(depth)), Drop::kNone);
    EXPECT_EQ(with_depth(depth, boxes(depth + 1)), Drop::kTooDeep);
  }
  EXPECT_EQ(with_depth(8, boxes(3000)), Drop::kTooDeep);
}

TEST(Tunnel, IsNotLookedIntoWhereTheSettingsSayNone) {
  for (const Encapsulation& one : encapsulations()) {
    if (one.link != LinkType::kEthernet || one.depth == 0) continue;
    const Drop drop = with_depth(0, one.bytes);
    EXPECT_TRUE(drop == Drop::kNotTcp || drop == Drop::kNotIp) << one.name << ": " << name_of(drop);
  }
  EXPECT_EQ(with_depth(0, ethernet(0x0800, kInner4)), Drop::kNone);
}

TEST(Tunnel, IsKnownByThePortsOfTheSettings) {
  PacketSettings settings;
  settings.vxlan_ports = {5000, 5064};  // both have the same bit
  settings.gtpu_ports = {};
  Decoder decoder(settings);
  TcpSegment segment;
  const auto drop = [&](unsigned port, const Octets& inner) {
    const Octets bytes = ethernet(0x0800, outer4(17, udp(port, inner)));
    return decoder.decode(frame_of(bytes), segment);
  };
  EXPECT_EQ(drop(5000, vxlan(1, kInnerFrame)), Drop::kNone);
  EXPECT_EQ(drop(5064, vxlan(1, kInnerFrame)), Drop::kNone);
  EXPECT_EQ(drop(5128, vxlan(1, kInnerFrame)), Drop::kNotTcp);
  EXPECT_EQ(drop(4789, vxlan(1, kInnerFrame)), Drop::kNotTcp);
  EXPECT_EQ(drop(2152, gtpu(0, 1, kInner4)), Drop::kNotTcp);
}

Drop over_udp(unsigned port, const Octets& inner) {
  return decoded(ethernet(0x0800, outer4(17, udp(port, inner)))).drop;
}
Drop over_gre(const Octets& gre) { return decoded(ethernet(0x0800, outer4(47, gre))).drop; }

TEST(Tunnel, WhosePortCarriesSomethingElseIsNoFault) {
  EXPECT_EQ(over_udp(4789, u32(0) + u32(0x100) + kInnerFrame), Drop::kNotTcp);
  EXPECT_EQ(over_udp(4790, u32(0x04000003) + u32(0x100) + kInnerFrame), Drop::kNotTcp);
  EXPECT_EQ(over_udp(4790, u32(0x3c000003) + u32(0x100) + kInnerFrame), Drop::kNotTcp);
  EXPECT_EQ(over_udp(6081, u16(0x4000) + u16(0x6558) + u32(0) + kInnerFrame), Drop::kNotTcp);
  EXPECT_EQ(over_udp(6081, u16(0x0080) + u16(0x6558) + u32(0) + kInnerFrame), Drop::kNotTcp);
  EXPECT_EQ(over_udp(2152, Octets{0x30, 1} + u16(4) + u32(0) + u32(0)), Drop::kNotTcp);   // echo request
  EXPECT_EQ(over_udp(2152, Octets{0x48, 32} + u16(4) + u32(0) + u32(0)), Drop::kNotTcp);  // GTPv2-C
  EXPECT_EQ(over_udp(53, text("anything")), Drop::kNotTcp);
}

TEST(Tunnel, IsSuspectedInAFrameThatIsCutBeforeItsPorts) {
  const Octets bytes = ethernet(0x0800, outer4(17, udp(53, text("question"))));
  Frame frame = frame_of(bytes);
  TcpSegment segment;
  frame.captured = 14 + 20 + 3;
  EXPECT_EQ(decode(frame, segment), Drop::kTruncatedTunnel);
  frame.captured = 14 + 20 + 4;
  EXPECT_EQ(decode(frame, segment), Drop::kNotTcp);
}

TEST(Tunnel, TellsWhatItsHeaderContradicts) {
  EXPECT_EQ(over_gre(u16(0x4000) + u16(0x0800) + kInner4), Drop::kBadTunnel);  // routing
  EXPECT_EQ(over_gre(u16(0x0002) + u16(0x0800) + kInner4), Drop::kBadTunnel);  // version
  EXPECT_EQ(over_gre(u16(0x0001) + u16(0x880b) + kInner4), Drop::kBadTunnel);  // PPTP without its key
  EXPECT_EQ(over_gre(u16(0x2001) + u16(0x880b) + u16(9999) + u16(1) + kInner4), Drop::kBadTunnel);
  EXPECT_EQ(over_gre(u16(0x1000) + u16(0x88be) + u32(1) + kInnerFrame), Drop::kBadTunnel);
  EXPECT_EQ(over_gre(u16(0x1000) + u16(0x22eb) + u32(1) + kInnerFrame), Drop::kBadTunnel);
  EXPECT_EQ(over_gre(Octets{0, 0, 8}), Drop::kBadTunnel);
  EXPECT_EQ(over_udp(4789, u32(0x08000000)), Drop::kBadTunnel);
  EXPECT_EQ(over_udp(6081, u16(0x3f00) + u16(0x6558) + u32(0) + kInnerFrame), Drop::kBadTunnel);
  EXPECT_EQ(over_udp(2152, Octets{0x30, 255} + u16(9999) + u32(1) + kInner4), Drop::kBadTunnel);
  EXPECT_EQ(over_udp(2152, gtpu(4, 1, u16(1) + Octets{0, 0x85} + Octets{0, 0, 0, 0} + kInner4)),
            Drop::kBadTunnel);
  Octets chain = u16(1) + Octets{0, 0x85};
  for (int n = 0; n < 9; ++n) chain = chain + Octets{1, 0, 0, 0x85};
  EXPECT_EQ(over_udp(2152, gtpu(4, 1, chain + kInner4)), Drop::kBadTunnel);
  EXPECT_EQ(decoded(ethernet(0x8864, Octets{0x11, 0, 0, 1} + u16(9999) + u16(0x21) + kInner4)).drop,
            Drop::kBadTunnel);
  EXPECT_EQ(decoded(ethernet(0x8864, Octets{0x21, 0, 0, 1} + u16(2) + u16(0x21) + kInner4)).drop,
            Drop::kBadTunnel);
  Octets stack = kInner4;
  for (int n = 0; n < 17; ++n) stack = mpls(1, n == 0, stack);
  EXPECT_EQ(decoded(ethernet(0x8847, stack)).drop, Drop::kBadTunnel);
  Octets longer = outer4(17, udp(4789, vxlan(1, kInnerFrame)));
  longer[25] = 0xff;  // the length of the UDP datagram
  EXPECT_EQ(decoded(ethernet(0x0800, longer)).drop, Drop::kBadTunnel);
}

TEST(Tunnel, TellsWhatItCarriesWhereThatIsNoTcp) {
  const Octets arp = ethernet(0x0806, Octets(28, 0));
  EXPECT_EQ(over_udp(4789, vxlan(1, arp)), Drop::kNotIp);
  EXPECT_EQ(over_udp(4790, u32(0x0c000004) + u32(0x100) + kInnerFrame), Drop::kNotIp);  // NSH
  EXPECT_EQ(over_gre(u16(0) + u16(0x0806) + Octets(28, 0)), Drop::kNotIp);
  EXPECT_EQ(over_gre(u16(0) + u16(0x0800) + outer4(1, Octets(8, 0))), Drop::kNotTcp);
  EXPECT_EQ(over_gre(u16(0x2081) + u16(0x880b) + u16(0) + u16(1) + u32(2)), Drop::kNotTcp);  // acknowledgment
  EXPECT_EQ(decoded(ethernet(0x8863, Octets{0x11, 9} + u32(0))).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(ethernet(0x8864, Octets{0x11, 0xa7} + u32(0))).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(ethernet(0x8864, pppoe(1, u16(0xc021) + Octets(8, 0)))).drop, Drop::kNotIp);  // LCP
  EXPECT_EQ(decoded(ethernet(0x8847, mpls(1, true, u32(0x10000021) + kInner4))).drop, Drop::kNotIp);
}

Octets in_erspan(unsigned type, bool truncated, const Octets& inner) {
  const unsigned session = truncated ? 0x405 : 5;
  const Octets two = u16(0x1000) + u16(0x88be) + u32(1) + u16(0x1064) + u16(session) + u32(0) + inner;
  const Octets three =
      u16(0x1000) + u16(0x22eb) + u32(1) + u16(0x2064) + u16(session) + u32(0) + u16(0) + u16(0) + inner;
  return ethernet(0x0800, outer4(47, type == 2 ? two : three));
}

TEST(Tunnel, ThatSaysItsMirrorCutTheFrameHoldsACutOne) {
  const Octets cut(kInnerFrame.begin(), kInnerFrame.end() - 3);
  for (const unsigned type : {2U, 3U}) {
    const Octets bytes = in_erspan(type, true, cut);
    const auto [drop, segment] = decoded(bytes);
    ASSERT_EQ(drop, Drop::kNone) << name_of(drop);
    EXPECT_EQ(as_text(segment.payload), "payl");
    EXPECT_EQ(segment.payload_cut, 3U);
    EXPECT_EQ(segment.tunnel.id, 5U);
    const Octets six_cut = ethernet(0x86dd, Octets(kInner6.begin(), kInner6.end() - 3));
    const Octets six = in_erspan(type, true, six_cut);
    EXPECT_EQ(decoded(six).segment.payload_cut, 3U);
    EXPECT_EQ(decoded(in_erspan(type, false, cut)).drop, Drop::kBadIpHeader);
    const Octets padded = in_erspan(type, true, kInnerFrame + Octets(6, 0xee));
    EXPECT_EQ(as_text(decoded(padded).segment.payload), "payload");
    EXPECT_EQ(decoded(padded).segment.payload_cut, 0U);
  }
}

TEST(Tunnel, WithACutFrameWhoseLengthNobodyTellsIsReadNoFurther) {
  const Octets inner = tcp(text("abc"));
  for (const Octets& ip : {ipv4_with(0, inner), ipv4_with(0, inner, 6, 0x2000)})
    EXPECT_EQ(decoded(in_erspan(2, true, ethernet(0x0800, ip))).drop, Drop::kTruncatedIp);
  EXPECT_EQ(decoded(in_erspan(3, true, ethernet(0x86dd, ipv6_with(0, inner, 6)))).drop, Drop::kTruncatedIp);
}

TEST(Tunnel, HasFourTagsOfItsOwnAndTheFrameListsItsFirstFour) {
  const Octets one = tag(13, 0x0800, kInner4);
  const Octets two = ethernet(0x88a8, tag(11, 0x8100, tag(12, 0x8100, one)));
  const Octets five = ethernet(0x8100, tag(8, 0x8100, tag(9, 0x88a8, tag(11, 0x8100, tag(12, 0x8100, one)))));
  const auto around = [](const Octets& inner) {
    return ethernet(0x88a8, tag(1, 0x8100, tag(2, 0x0800, outer4(17, udp(4789, vxlan(1, inner))))));
  };
  const Octets bytes = around(two);
  const auto [drop, segment] = decoded(bytes);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(segment.vlan_count, 4);
  EXPECT_EQ(segment.vlans, (std::array<std::uint16_t, 4>{1, 2, 11, 12}));
  EXPECT_EQ(decoded(around(five)).drop, Drop::kTooManyVlans);
}

TEST(Tunnel, HoldsNoPacketLongerThanItself) {
  Octets inner = kInner4;
  inner[3] = 200;
  EXPECT_EQ(decoded(ethernet(0x0800, outer4(4, inner)) + Octets(200, 0)).drop, Drop::kBadIpHeader);
}

TEST(Tunnel, HasANameOfItsOwnForEveryKind) {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < static_cast<unsigned>(TunnelKind::kCount); ++i)
    names.insert(name_of(static_cast<TunnelKind>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(TunnelKind::kCount));
}

}  // namespace
}  // namespace mailtap
