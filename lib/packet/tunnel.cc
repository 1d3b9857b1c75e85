// SPDX-License-Identifier: Apache-2.0
#include "packet/tunnel.h"

#include <array>

namespace mailtap {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(TunnelKind::kCount)> kNames = {
    "none", "mpls",   "pppoe", "ipip",      "4in6",   "6in4", "6in6",
    "gre",  "erspan", "vxlan", "vxlan-gpe", "geneve", "gtp-u"};

}  // namespace

std::string_view name_of(TunnelKind kind) {
  return kind < TunnelKind::kCount ? kNames[static_cast<std::size_t>(kind)] : std::string_view("unknown");
}

}  // namespace mailtap
