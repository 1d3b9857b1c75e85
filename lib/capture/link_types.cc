// SPDX-License-Identifier: Apache-2.0
#include "capture/link_types.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mailtap {
namespace {

struct KnownLink {
  std::uint32_t number;
  LinkType link;
};
constexpr std::array<KnownLink, 16> kKnownLinks = {{{0, LinkType::kNull},
                                                    {1, LinkType::kEthernet},
                                                    {9, LinkType::kPpp},
                                                    {12, LinkType::kRawIp},
                                                    {14, LinkType::kRawIp},
                                                    {50, LinkType::kPpp},
                                                    {51, LinkType::kPppoe},
                                                    {101, LinkType::kRawIp},
                                                    {105, LinkType::kIeee80211},
                                                    {108, LinkType::kLoop},
                                                    {113, LinkType::kLinuxSll},
                                                    {127, LinkType::kRadiotap},
                                                    {228, LinkType::kRawIp},
                                                    {229, LinkType::kRawIp},
                                                    {239, LinkType::kNflog},
                                                    {276, LinkType::kLinuxSll2}}};

struct LinkName {
  std::uint32_t number;
  std::string_view name;
};
constexpr std::array<LinkName, 12> kLinkNames = {{{6, "IEEE802_5"},
                                                  {10, "FDDI"},
                                                  {104, "C_HDLC"},
                                                  {107, "FRELAY"},
                                                  {119, "IEEE802_11_PRISM"},
                                                  {147, "USER0"},
                                                  {163, "IEEE802_11_AVS"},
                                                  {189, "USB_LINUX"},
                                                  {195, "IEEE802_15_4_WITHFCS"},
                                                  {220, "USB_LINUX_MMAPPED"},
                                                  {249, "USBPCAP"},
                                                  {253, "NETLINK"}}};

}  // namespace

LinkType link_type_of(std::uint32_t number) {
  for (const KnownLink& known : kKnownLinks)
    if (known.number == number) return known.link;
  return LinkType::kUnknown;
}

std::string describe_link(std::uint32_t number) {
  const auto known = std::find_if(kLinkNames.begin(), kLinkNames.end(),
                                  [number](const LinkName& name) { return name.number == number; });
  const std::string text = std::to_string(number);
  return known == kLinkNames.end() ? text : text + " (" + std::string(known->name) + ")";
}

}  // namespace mailtap
