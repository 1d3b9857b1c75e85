// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "frame_builder.h"
#include "packet/decode.h"

namespace mailtap {
namespace {

const Octets kTcp = tcp(text("MAIL"));

Drop drop_of(const Octets& ip) { return decoded(ethernet(0x86dd, ip)).drop; }

TEST(Ipv6, FindsAddressesAndPayload) {
  const Octets bytes = ethernet(0x86dd, ipv6(kTcp));
  const auto [drop, segment] = decoded(bytes);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(to_string(segment.source), "2001:db8::1");
  EXPECT_EQ(to_string(segment.destination), "2001:db8::19");
  EXPECT_EQ(segment.ip_version, 6);
  EXPECT_EQ(as_text(segment.payload), "MAIL");
}

TEST(Ipv6, CrossesEveryKindOfExtensionHeader) {
  const Octets authentication = Octets{6, 4, 0, 0} + Octets(20, 0xaa);
  const Octets destination = Octets{51, 0} + Octets(6, 0);
  const Octets atomic = Octets{60, 0, 0, 0, 1, 2, 3, 4};
  const Octets routing = Octets{44, 1} + Octets(14, 0);
  const Octets hop_by_hop = Octets{43, 0} + Octets(6, 0);
  const Octets bytes =
      ethernet(0x86dd, ipv6(hop_by_hop + routing + atomic + destination + authentication + kTcp, 0));
  const auto [drop, segment] = decoded(bytes);
  ASSERT_EQ(drop, Drop::kNone);
  EXPECT_EQ(as_text(segment.payload), "MAIL");
}

TEST(Ipv6, DropsFragmentsOfWhatMayBeTcp) {
  const auto fragment = [](std::uint8_t next, unsigned bits) {
    return ipv6(Octets{next, 0} + u16(bits) + u32(1) + kTcp, 44);
  };
  EXPECT_EQ(drop_of(fragment(6, 0x0001)), Drop::kFragment);
  EXPECT_EQ(drop_of(fragment(6, 0x0008)), Drop::kFragment);
  EXPECT_EQ(drop_of(fragment(60, 0x0001)), Drop::kFragment);
  EXPECT_EQ(drop_of(fragment(58, 0x0001)), Drop::kNotTcp);
  EXPECT_EQ(drop_of(fragment(6, 0x0006)), Drop::kNone);  // reserved bits only
}

TEST(Ipv6, CrossesEightExtensionHeadersAndNoNinth) {
  const auto chain = [](unsigned n) {
    Octets headers;
    for (unsigned i = 0; i < n; ++i)
      headers = headers + Octets{static_cast<std::uint8_t>(i + 1 == n ? 6 : 60), 0} + Octets(6, 0);
    return ipv6(headers + kTcp, 60);
  };
  EXPECT_EQ(drop_of(chain(8)), Drop::kNone);
  EXPECT_EQ(drop_of(chain(9)), Drop::kBadExtension);
}

TEST(Ipv6, DropsAChainThatLeavesItsPacket) {
  EXPECT_EQ(drop_of(ipv6(Octets{6, 200} + Octets(6, 0) + kTcp, 0)), Drop::kBadExtension);
  EXPECT_EQ(drop_of(ipv6(Octets{6, 0, 0}, 0)), Drop::kBadExtension);
}

TEST(Ipv6, DropsWhatIsNotTcp) {
  EXPECT_EQ(drop_of(ipv6(kTcp, 17)), Drop::kNotTcp);
  EXPECT_EQ(drop_of(ipv6(kTcp, 50)), Drop::kNotTcp);
  EXPECT_EQ(drop_of(ipv6({}, 59)), Drop::kNotTcp);
}

TEST(Ipv6, DropsAHeaderThatContradictsItsFrame) {
  EXPECT_EQ(drop_of(ipv6_with(25, kTcp, 6)), Drop::kBadIpHeader);
  Octets version = ipv6(kTcp);
  version[0] = 0x45;
  EXPECT_EQ(drop_of(version), Drop::kBadIpHeader);
}

}  // namespace
}  // namespace mailtap
