// SPDX-License-Identifier: Apache-2.0
#include "packet/decode.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

#include "frame_builder.h"

namespace mailtap {
namespace {

const Octets kPlain = ethernet(0x0800, ipv4(tcp(text("EHLO a\r\n"))));

TEST(Decode, FindsEveryFieldOfAPlainSegment) {
  const auto [drop, segment] = decoded(kPlain);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(to_string(segment.source), "192.0.2.1");
  EXPECT_EQ(to_string(segment.destination), "198.51.100.25");
  EXPECT_EQ(segment.source_port, 40000);
  EXPECT_EQ(segment.destination_port, 25);
  EXPECT_EQ(segment.seq, 0x01020304U);
  EXPECT_EQ(segment.ack, 0x0a0b0c0dU);
  EXPECT_EQ(segment.window, 0x1234);
  EXPECT_EQ(segment.flags, tcp_flag::kPsh | tcp_flag::kAck);
  EXPECT_EQ(segment.ip_version, 4);
  EXPECT_EQ(segment.window_shift, 0xff);
  EXPECT_EQ(segment.vlan_count, 0);
  EXPECT_EQ(as_text(segment.payload), "EHLO a\r\n");
  EXPECT_EQ(segment.payload_cut, 0U);
  EXPECT_EQ(segment.tcp.size(), 28U);
  EXPECT_EQ(segment.time, 1000);
}

TEST(Decode, LeavesNothingOfTheFrameBefore) {
  TcpSegment segment;
  const Octets syn = ethernet(0x8100, tag(7, 0x0800, ipv4(tcp({}, 0x02, {3, 3, 9, 0}))));
  ASSERT_EQ(decode(frame_of(syn), segment), Drop::kNone);
  ASSERT_EQ(segment.window_shift, 9);
  ASSERT_EQ(decode(frame_of(kPlain), segment), Drop::kNone);
  EXPECT_EQ(segment.window_shift, 0xff);
  EXPECT_EQ(segment.vlan_count, 0);
  EXPECT_EQ(segment.vlans[0], 0);
}

TEST(Decode, KeepsTheIdsOfOneAndTwoTagsOutermostFirst) {
  const Octets inner = ipv4(tcp(text("x")));
  for (const unsigned type : {0x8100U, 0x88a8U, 0x9100U}) {
    const Octets one = ethernet(type, tag(0xe123, 0x0800, inner));
    const Outcome single = decoded(one);
    ASSERT_EQ(single.drop, Drop::kNone);
    EXPECT_EQ(single.segment.vlan_count, 1);
    EXPECT_EQ(single.segment.vlans[0], 0x123);
    const Octets two = ethernet(type, tag(100, 0x8100, tag(200, 0x0800, inner)));
    const Outcome twice = decoded(two);
    ASSERT_EQ(twice.drop, Drop::kNone);
    EXPECT_EQ(twice.segment.vlan_count, 2);
    EXPECT_EQ(twice.segment.vlans[0], 100);
    EXPECT_EQ(twice.segment.vlans[1], 200);
  }
}

TEST(Decode, KeepsFourTagsAndDropsAFifth) {
  const Octets three = tag(2, 0x9100, tag(3, 0x9200, tag(4, 0x0800, ipv4(tcp({})))));
  const Octets frame = ethernet(0x88a8, tag(1, 0x8100, three));
  const Outcome four = decoded(frame);
  ASSERT_EQ(four.drop, Drop::kNone);
  EXPECT_EQ(four.segment.vlan_count, 4);
  EXPECT_EQ(four.segment.vlans, (std::array<std::uint16_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(decoded(ethernet(0x88a8, tag(9, 0x88a8, tag(1, 0x8100, three)))).drop, Drop::kTooManyVlans);
}

TEST(Decode, CountsAPriorityTagAsNoVlan) {
  const Octets bare = ethernet(0x8100, tag(0xe000, 0x0800, ipv4(tcp(text("x")))));
  const Outcome priority = decoded(bare);
  ASSERT_EQ(priority.drop, Drop::kNone);
  EXPECT_EQ(priority.segment.vlan_count, 0);
  const Octets before = ethernet(0x8100, tag(0xe000, 0x8100, tag(7, 0x0800, ipv4(tcp(text("x"))))));
  const Outcome one = decoded(before);
  ASSERT_EQ(one.drop, Drop::kNone);
  EXPECT_EQ(one.segment.vlan_count, 1);
  EXPECT_EQ(one.segment.vlans[0], 7);
}

TEST(Decode, ReadsIpWithoutALinkHeader) {
  const Octets four = ipv4(tcp(text("a")));
  const Octets six = ipv6(tcp(text("b")));
  EXPECT_EQ(decoded(four, LinkType::kRawIp).drop, Drop::kNone);
  EXPECT_EQ(decoded(six, LinkType::kRawIp).segment.ip_version, 6);
  EXPECT_EQ(decoded({0x12}, LinkType::kRawIp).drop, Drop::kTruncatedIp);
  EXPECT_EQ(decoded({}, LinkType::kRawIp).drop, Drop::kTruncatedIp);
  EXPECT_EQ(decoded(four, LinkType::kUnknown).drop, Drop::kUnknownLink);
}

TEST(Decode, CutsTheEthernetPaddingOff) {
  const Octets padded = ethernet(0x0800, ipv4(tcp(text("ab")))) + Octets(6, 0xee);
  EXPECT_EQ(as_text(decoded(padded).segment.payload), "ab");
  const Octets padded6 = ethernet(0x86dd, ipv6(tcp(text("ab")))) + Octets(4, 0xee);
  const Outcome six = decoded(padded6);
  EXPECT_EQ(as_text(six.segment.payload), "ab");
  EXPECT_EQ(six.segment.tcp.size(), 22U);
}

TEST(Decode, TakesTheFramesLengthWhereTheSenderLeftItToItsNic) {
  const Octets large(3000, 'x');
  const Octets four = ethernet(0x0800, ipv4_with(0, tcp(large)));
  EXPECT_EQ(decoded(four).segment.payload.size(), 3000U);
  const Octets six = ethernet(0x86dd, ipv6_with(0, tcp(large), 6));
  EXPECT_EQ(decoded(six).segment.payload.size(), 3000U);
}

TEST(Decode, TellsHowMuchASnaplenCutOff) {
  const Octets whole = ethernet(0x0800, ipv4(tcp(text("0123456789"))));
  Frame frame = frame_of(whole);
  frame.captured -= 4;
  TcpSegment segment;
  ASSERT_EQ(decode(frame, segment), Drop::kNone);
  EXPECT_EQ(as_text(segment.payload), "012345");
  EXPECT_EQ(segment.payload_cut, 4U);
  EXPECT_EQ(segment.tcp.size(), 26U);
}

TEST(Decode, CountsNoPaddingAsCutOff) {
  const Octets padded = ethernet(0x0800, ipv4(tcp(text("ab")))) + Octets(6, 0);
  Frame frame = frame_of(padded);
  frame.captured -= 7;  // the padding and one byte of payload
  TcpSegment segment;
  ASSERT_EQ(decode(frame, segment), Drop::kNone);
  EXPECT_EQ(as_text(segment.payload), "a");
  EXPECT_EQ(segment.payload_cut, 1U);
}

TEST(Decode, TakesACaptureLongerThanItsFrameAtItsSize) {
  Frame frame = frame_of(kPlain);
  frame.on_wire = 10;
  TcpSegment segment;
  ASSERT_EQ(decode(frame, segment), Drop::kNone);
  EXPECT_EQ(segment.payload.size(), 8U);
}

TEST(Decode, SkipsIpv4Options) {
  const Octets options = {1, 1, 1, 0};
  const Octets bytes = ethernet(0x0800, ipv4_with(24 + 23, tcp(text("abc")), 6, 0, options));
  EXPECT_EQ(as_text(decoded(bytes).segment.payload), "abc");
}

TEST(Decode, TellsWhyAnIpv4PacketIsNotRead) {
  const Octets inner = tcp(text("abc"));
  const auto drop = [](const Octets& ip) { return decoded(ethernet(0x0800, ip)).drop; };
  EXPECT_EQ(drop(ipv4_with(43, inner, 17)), Drop::kNotTcp);
  EXPECT_EQ(drop(ipv4_with(43, inner, 6, 0x2000)), Drop::kFragment);
  EXPECT_EQ(drop(ipv4_with(43, inner, 6, 0x0001)), Drop::kFragment);
  EXPECT_EQ(drop(ipv4_with(43, inner, 1, 0x2000)), Drop::kNotTcp);
  EXPECT_EQ(drop(ipv4_with(44, inner)), Drop::kBadIpHeader);
  EXPECT_EQ(drop(ipv4_with(19, inner)), Drop::kBadIpHeader);
  Octets version = ipv4(inner);
  version[0] = 0x55;
  EXPECT_EQ(drop(version), Drop::kBadIpHeader);
  Octets header = ipv4(inner);
  header[0] = 0x44;
  EXPECT_EQ(drop(header), Drop::kBadIpHeader);
}

TEST(Decode, TellsWhatIsNoIp) {
  EXPECT_EQ(decoded(ethernet(0x0806, Octets(28, 0))).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(ethernet(0x0100, Octets(256, 0))).drop, Drop::kNotIp);
  EXPECT_EQ(decoded(ethernet(0x8100, tag(1, 0x0806, Octets(28, 0)))).drop, Drop::kNotIp);
}

TEST(Decode, TellsWhyATcpHeaderIsNotRead) {
  const auto drop = [](const Octets& segment) { return decoded(ethernet(0x0800, ipv4(segment))).drop; };
  EXPECT_EQ(drop(Octets(19, 0)), Drop::kBadTcpHeader);
  Octets low = tcp(text("abc"));
  low[12] = 0x40;
  EXPECT_EQ(drop(low), Drop::kBadTcpHeader);
  Octets high = tcp(text("abc"));
  high[12] = 0x60;
  EXPECT_EQ(drop(high), Drop::kBadTcpHeader);
  Octets fits = tcp(text("abcd"));
  fits[12] = 0x60;
  EXPECT_EQ(drop(fits), Drop::kNone);
}

TEST(Decode, FindsTheWindowScaleOfASynAmongItsOptions) {
  const auto shift = [](const Octets& options, std::uint8_t flags = 0x02) {
    const Octets bytes = ethernet(0x0800, ipv4(tcp({}, flags, options)));
    return decoded(bytes).segment.window_shift;
  };
  EXPECT_EQ(shift({2, 4, 5, 0xb4, 1, 3, 3, 7}), 7);
  EXPECT_EQ(shift({3, 3, 0, 0}), 0);
  EXPECT_EQ(shift({2, 4, 5, 0xb4}), 0xff);
  EXPECT_EQ(shift({1, 1, 1, 1, 1, 3, 3, 7}, 0x10), 0xff);
  EXPECT_EQ(shift({0, 3, 3, 7}), 0xff);
  EXPECT_EQ(shift({2, 0, 3, 3, 7, 0, 0, 0}), 0xff);
  EXPECT_EQ(shift({2, 1, 3, 3, 7, 0, 0, 0}), 0xff);
  EXPECT_EQ(shift({8, 200, 3, 3, 7, 0, 0, 0}), 0xff);
  EXPECT_EQ(shift({1, 1, 3, 3}), 0xff);
}

TEST(Decode, HasANameOfItsOwnForEveryDrop) {
  std::set<std::string_view> names;
  for (unsigned i = 0; i < static_cast<unsigned>(Drop::kCount); ++i)
    names.insert(name_of(static_cast<Drop>(i)));
  EXPECT_EQ(names.size(), static_cast<std::size_t>(Drop::kCount));
  EXPECT_EQ(name_of(Drop::kNotTcp), "not_tcp");
  EXPECT_EQ(name_of(Drop::kBadTcpHeader), "bad_tcp_header");
  EXPECT_EQ(name_of(Drop::kTooManyVlans), "too_many_vlans");
}

}  // namespace
}  // namespace mailtap
