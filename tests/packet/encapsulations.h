// SPDX-License-Identifier: Apache-2.0
// One frame of every encapsulation around the same segment (payload "payload"), as the RFC of each lays its
// header out, written without the code of this room.
#pragma once

#include <string>
#include <vector>

#include "frame_builder.h"

namespace mailtap {

inline const Octets kOuterSource4 = {10, 1, 1, 1};
inline const Octets kOuterDestination4 = {10, 1, 1, 2};

inline Octets outer4(std::uint8_t protocol, const Octets& inner) {
  return Octets{0x45, 0} + u16(static_cast<unsigned>(20 + inner.size())) + u16(1) + u16(0) +
         Octets{64, protocol} + u16(0) + kOuterSource4 + kOuterDestination4 + inner;
}
inline Octets outer6(std::uint8_t next, const Octets& inner) {
  const Octets net = {0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  return u32(0x60000000) + u16(static_cast<unsigned>(inner.size())) + Octets{next, 64} + net + Octets{1} +
         net + Octets{2} + inner;
}
inline Octets udp(unsigned port, const Octets& inner) {
  return u16(50000) + u16(port) + u16(static_cast<unsigned>(8 + inner.size())) + u16(0) + inner;
}
inline Octets mpls(std::uint32_t label, bool bottom, const Octets& inner) {
  return u32(label << 12 | (bottom ? 0x100U : 0) | 64) + inner;
}
inline Octets pppoe(unsigned session, const Octets& inner) {
  return Octets{0x11, 0} + u16(session) + u16(static_cast<unsigned>(inner.size())) + inner;
}
inline Octets gtpu(unsigned flags, std::uint32_t id, const Octets& inner) {
  return Octets{static_cast<std::uint8_t>(0x30 | flags), 255} + u16(static_cast<unsigned>(inner.size())) +
         u32(id) + inner;
}
inline Octets vxlan(std::uint32_t id, const Octets& inner) { return u32(0x08000000) + u32(id << 8) + inner; }

struct Encapsulation {
  std::string name;
  Octets bytes;
  TunnelKind kind = TunnelKind::kNone;
  std::uint32_t id = 0;
  unsigned depth = 0;
  unsigned vlans = 0;
  LinkType link = LinkType::kEthernet;
};

inline const Octets kInner4 = ipv4(tcp(text("payload"), 0x02, {2, 4, 5, 0xb4, 1, 3, 3, 7}));
inline const Octets kInner6 = ipv6(tcp(text("payload"), 0x02, {2, 4, 5, 0xb4, 1, 3, 3, 7}));
inline const Octets kInnerFrame = ethernet(0x0800, kInner4);

inline std::vector<Encapsulation> tagged_frames() {
  const Octets four = tag(2, 0x8100, tag(3, 0x9100, tag(4, 0x0800, kInner4)));
  const Octets snap = Octets{0xaa, 0xaa, 3, 0, 0, 0} + u16(0x0800) + kInner4;
  return {{"vlan", ethernet(0x8100, tag(5, 0x86dd, kInner6)), {}, 0, 0, 1},
          {"four tags", ethernet(0x88a8, tag(1, 0x9200, four)), {}, 0, 0, 4},
          {"port extender, tag",
           ethernet(0x893f, Octets(6, 1) + u16(0x8100) + tag(5, 0x0800, kInner4)),
           {},
           0,
           0,
           1},
          {"vn-tag between two others",
           ethernet(0x8100, tag(5, 0x8926, Octets(4, 1) + u16(0x8100) + tag(6, 0x0800, kInner4))),
           {},
           0,
           0,
           2},
          {"snap", ethernet(static_cast<unsigned>(snap.size()), snap)}};
}

inline std::vector<Encapsulation> link_tunnels() {
  const auto kMpls = TunnelKind::kMpls;
  const Octets low = Octets{0x00, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} + u16(0x0800) + kInner4;
  const Octets six = Octets{0x60, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11} + u16(0x86dd) + kInner6;
  return {
      {"mpls", ethernet(0x8847, mpls(16, true, kInner4)), kMpls, 16, 1},
      {"mpls, three labels, IPv6", ethernet(0x8848, mpls(1, false, mpls(2, false, mpls(77, true, kInner6)))),
       kMpls, 77, 1},
      {"mpls, control word", ethernet(0x8847, mpls(18, true, u32(0) + kInnerFrame)), kMpls, 18, 1},
      {"mpls, a frame that begins with 0", ethernet(0x8847, mpls(19, true, low)), kMpls, 19, 1},
      {"mpls, a frame that begins with 6", ethernet(0x8847, mpls(20, true, six)), kMpls, 20, 1},
      {"pppoe", ethernet(0x8864, pppoe(0x1234, u16(0x0021) + kInner4)), TunnelKind::kPppoe, 0x1234, 1},
      {"pppoe over QinQ", ethernet(0x88a8, tag(1, 0x8100, tag(2, 0x8864, pppoe(7, Octets{0x57} + kInner6)))),
       TunnelKind::kPppoe, 7, 1, 2}};
}

inline std::vector<Encapsulation> ip_tunnels() {
  return {{"ipip", ethernet(0x0800, outer4(4, kInner4)), TunnelKind::kIpip, 0, 1},
          {"4in6", ethernet(0x86dd, outer6(4, kInner4)), TunnelKind::k4in6, 0, 1},
          {"6in4", ethernet(0x0800, outer4(41, kInner6)), TunnelKind::k6in4, 0, 1},
          {"6in6", ethernet(0x86dd, outer6(41, kInner6)), TunnelKind::k6in6, 0, 1},
          {"4in6 behind an option of the encapsulation limit (RFC 2473 4.1.1)",
           ethernet(0x86dd, outer6(60, Octets{4, 0, 4, 1, 4, 1, 0, 0} + kInner4)), TunnelKind::k4in6, 0, 1},
          {"mpls over IP", ethernet(0x0800, outer4(137, mpls(21, true, kInner4))), TunnelKind::kMpls, 21, 1}};
}

inline std::vector<Encapsulation> gre_tunnels() {
  const auto kGre = TunnelKind::kGre;
  const Octets ppp = Octets{0xff, 3} + u16(0x0021) + kInner4;
  const Octets pptp = u16(static_cast<unsigned>(ppp.size())) + u16(0x0101) + u32(1) + u32(2) + ppp;
  const auto over4 = [](const Octets& gre) { return ethernet(0x0800, outer4(47, gre)); };
  return {
      {"gre", over4(u16(0) + u16(0x0800) + kInner4), kGre, 0, 1},
      {"gre, checksum, key and sequence",
       over4(u16(0xb000) + u16(0x86dd) + u32(0xabcd0000) + u32(0xdeadbeef) + u32(9) + kInner6), kGre,
       0xdeadbeef, 1},
      {"gre, frame", over4(u16(0x2000) + u16(0x6558) + u32(5) + kInnerFrame), kGre, 5, 1},
      {"gre over IPv6", ethernet(0x86dd, outer6(47, u16(0) + u16(0x0800) + kInner4)), kGre, 0, 1},
      {"gre, tagged mpls", over4(u16(0) + u16(0x8100) + tag(9, 0x8847, mpls(3, true, kInner4))),
       TunnelKind::kMpls, 3, 2, 1},
      {"pptp", over4(u16(0x3081) + u16(0x880b) + pptp), kGre, 0x0101, 1},
      {"erspan I", over4(u16(0) + u16(0x88be) + kInnerFrame), TunnelKind::kErspan, 0, 1},
      {"erspan II",
       over4(u16(0x1000) + u16(0x88be) + u32(1) + u16(0x1064) + u16(0x03ff) + u32(3) + kInnerFrame),
       TunnelKind::kErspan, 0x3ff, 1},
      {"erspan III",
       over4(u16(0x1000) + u16(0x22eb) + u32(1) + u16(0x2064) + u16(0x0017) + u32(0) + u32(0) + kInnerFrame),
       TunnelKind::kErspan, 0x17, 1},
      {"erspan III, subheader",
       over4(u16(0x1000) + u16(0x22eb) + u32(1) + u16(0x2064) + u16(0x0017) + u32(0) + u32(0x00000001) +
             u32(0) + u32(0) + kInnerFrame),
       TunnelKind::kErspan, 0x17, 1},
      {"erspan III, IP",
       over4(u16(0x1000) + u16(0x22eb) + u32(1) + u16(0x2064) + u16(0x0018) + u32(0) + u32(0x00000800) +
             kInner4),
       TunnelKind::kErspan, 0x18, 1}};
}

inline std::vector<Encapsulation> udp_tunnels() {
  const auto over4 = [](unsigned port, const Octets& inner) {
    return ethernet(0x0800, outer4(17, udp(port, inner)));
  };
  const Octets extended =
      u16(1) + Octets{0, 0x85} + Octets{1, 0, 0, 0x40} + Octets{2, 0, 0, 0, 0, 0, 0, 0} + kInner4;
  const auto kGpe = TunnelKind::kVxlanGpe;
  return {
      {"vxlan", over4(4789, vxlan(0x123456, kInnerFrame)), TunnelKind::kVxlan, 0x123456, 1},
      {"vxlan of Linux over IPv6, tags on both sides",
       ethernet(0x8100,
                tag(1, 0x86dd, outer6(17, udp(8472, vxlan(5, ethernet(0x8100, tag(2, 0x86dd, kInner6))))))),
       TunnelKind::kVxlan, 5, 1, 2},
      {"vxlan-gpe, IPv4", over4(4790, u32(0x0c000001) + u32(0x700) + kInner4), kGpe, 7, 1},
      {"vxlan-gpe, IPv6", over4(4790, u32(0x0c000002) + u32(0x700) + kInner6), kGpe, 7, 1},
      {"vxlan-gpe, frame", over4(4790, u32(0x0c000003) + u32(0x700) + kInnerFrame), kGpe, 7, 1},
      {"vxlan-gpe, mpls", over4(4790, u32(0x0c000005) + u32(0x700) + mpls(4, true, kInner4)),
       TunnelKind::kMpls, 4, 2},
      {"geneve", over4(6081, u16(0) + u16(0x6558) + u32(0x4200) + kInnerFrame), TunnelKind::kGeneve, 0x42, 1},
      {"geneve, options of length 1 and 0, IPv6",
       over4(6081,
             u16(0x0340) + u16(0x86dd) + u32(0x4200) + u32(0x01020301) + u32(7) + u32(0x01028000) + kInner6),
       TunnelKind::kGeneve, 0x42, 1},
      {"gtp-u", over4(2152, gtpu(0, 0xfeedf00d, kInner4)), TunnelKind::kGtpU, 0xfeedf00d, 1},
      {"gtp-u, sequence", over4(2152, gtpu(2, 6, u32(0x00010000) + kInner6)), TunnelKind::kGtpU, 6, 1},
      {"gtp-u, two extensions", over4(2152, gtpu(4, 6, extended)), TunnelKind::kGtpU, 6, 1}};
}

inline std::vector<Encapsulation> nested_tunnels() {
  const Octets gre = outer4(47, u16(0) + u16(0x0800) + kInner4);
  const Octets in_vxlan = outer4(17, udp(4789, vxlan(1, ethernet(0x86dd, outer6(4, gre)))));
  return {
      {"gre in 4in6 in vxlan in mpls", ethernet(0x8847, mpls(8, true, in_vxlan)), TunnelKind::kGre, 0, 4}};
}

inline std::vector<Encapsulation> links() {
  const auto none = TunnelKind::kNone;
  const auto link = [](const char* name, LinkType type, const Octets& bytes) {
    return Encapsulation{name, bytes, TunnelKind::kNone, 0, 0, 0, type};
  };
  const Octets sll = u16(0) + u16(1) + u16(6) + Octets(8, 2);
  const Octets sll2 = u16(0) + u32(3) + u16(1) + Octets{0, 6} + Octets(8, 2);
  const Octets snap = Octets{0xaa, 0xaa, 3, 0, 0, 0} + u16(0x0800) + kInner4;
  const Octets mac = Octets{0, 0} + Octets(18, 2) + u16(0x0010);
  const auto wifi = [&mac](unsigned type, unsigned flags, const Octets& rest) {
    return Octets{static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(flags)} + mac + rest;
  };
  const Octets all = wifi(0x88, 0x83, Octets(6, 4) + u16(0) + u32(0) + snap);
  const Octets payload = Octets{static_cast<std::uint8_t>(kInner4.size() + 4), 0, 9, 0} + kInner4;
  const Octets payload_be = u16(static_cast<unsigned>(kInner4.size() + 4)) + u16(9) + kInner4;
  return {
      link("raw IPv4", LinkType::kRawIp, kInner4),
      link("raw IPv6", LinkType::kRawIp, kInner6),
      link("sll", LinkType::kLinuxSll, sll + u16(0x0800) + kInner4),
      link("sll, LLC", LinkType::kLinuxSll, sll + u16(4) + snap),
      {"sll, tag", sll + u16(0x8100) + tag(3, 0x86dd, kInner6), none, 0, 0, 1, LinkType::kLinuxSll},
      link("sll2", LinkType::kLinuxSll2, u16(0x86dd) + sll2 + kInner6),
      link("null, little-endian", LinkType::kNull, Octets{2, 0, 0, 0} + kInner4),
      link("null, big-endian IPv6", LinkType::kNull, u32(30) + kInner6),
      link("null, IPv6 of FreeBSD", LinkType::kNull, Octets{28, 0, 0, 0} + kInner6),
      link("loop", LinkType::kLoop, u32(24) + kInner6),
      link("ppp", LinkType::kPpp, u16(0x0021) + kInner4),
      link("ppp, compressed", LinkType::kPpp, Octets{0x21} + kInner4),
      link("ppp, hdlc", LinkType::kPpp, Octets{0xff, 3} + u16(0x0057) + kInner6),
      link("cisco hdlc", LinkType::kPpp, u16(0x0f00) + u16(0x0800) + kInner4),
      {"pppoe link", pppoe(9, u16(0x0021) + kInner4), TunnelKind::kPppoe, 9, 1, 0, LinkType::kPppoe},
      link("nflog", LinkType::kNflog, Octets{2, 0, 0, 7, 5, 0, 10, 0, 'x', 0, 0, 0} + payload),
      link("nflog, big-endian", LinkType::kNflog, Octets{2, 0, 0, 7} + u16(8) + u16(1) + u32(0) + payload_be),
      link("802.11", LinkType::kIeee80211, wifi(0x08, 0x01, snap)),
      link("802.11, QoS, four addresses, HT control", LinkType::kIeee80211, all),
      link("radiotap, TSFT, flags, padding, check sequence", LinkType::kRadiotap,
           Octets{0, 0, 29, 0, 3, 0, 0, 0x80, 3, 0, 0, 0} + Octets(12, 0) + Octets{0x30} + Octets(4, 0) +
               wifi(0x88, 0x02, u16(0) + u16(0) + snap) + u32(0x12345678)),
      link("radiotap", LinkType::kRadiotap, Octets{0, 0, 8, 0, 0, 0, 0, 0} + wifi(0x08, 0x02, snap))};
}

inline std::vector<Encapsulation> encapsulations() {
  std::vector<Encapsulation> all;
  for (const auto& some : {tagged_frames(), link_tunnels(), ip_tunnels(), gre_tunnels(), udp_tunnels(),
                           nested_tunnels(), links()})
    all.insert(all.end(), some.begin(), some.end());
  return all;
}

}  // namespace mailtap
