// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

#include "base/hash.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHashedTags = 3U << 24;
constexpr std::uint64_t kFlowIdMask = (std::uint64_t{1} << 53) - 1;

// As whole words: a call of memcmp() is what a packet would feel.
bool source_is_lower(const TcpSegment& segment) {
  const std::uint64_t high = segment.source.high();
  const std::uint64_t other_high = segment.destination.high();
  if (high != other_high) return high < other_high;
  const std::uint64_t low = segment.source.low();
  const std::uint64_t other_low = segment.destination.low();
  return low != other_low ? low < other_low : segment.source_port <= segment.destination_port;
}

// One network has one such id, in both directions. GRE without a key and ERSPAN's type I name none.
bool names_a_network(const Tunnel& tunnel) {
  switch (tunnel.kind) {
    case TunnelKind::kVxlan:
    case TunnelKind::kVxlanGpe:
    case TunnelKind::kGeneve:
    case TunnelKind::kPppoe: return true;
    case TunnelKind::kGre:
    case TunnelKind::kErspan: return tunnel.id != 0 && !tunnel.id_by_receiver;
    default: return false;
  }
}

// Has no seed: it goes into the flow's id.
std::uint32_t hash_tags(const TcpSegment& segment, bool vlan, bool tunnel) {
  std::array<std::uint64_t, 2> words{};
  if (vlan) {
    for (std::size_t i = 0; i < segment.vlan_count; ++i) words[0] = words[0] << 12 | segment.vlans[i];
    words[0] = words[0] << 3 | segment.vlan_count;
  }
  if (tunnel)
    words[1] = std::uint64_t{segment.tunnel.id} << 8 | static_cast<std::uint64_t>(segment.tunnel.kind);
  const auto hash = static_cast<std::uint32_t>(hash_bytes(words.data(), sizeof words, 0) >> 38);
  return (hash & 0xff'ffff) | kHashedTags | (hash >> 24) << 26;
}

// Of two VLANs at most and no tunnel.
std::uint32_t exact_tags(const TcpSegment& segment, bool vlan) {
  const std::uint32_t version = std::uint32_t{segment.ip_version} << 28;
  if (!vlan) return version;
  return version | std::uint32_t{segment.vlan_count} << 24 | (segment.vlans[1] & 0xfffU) << 12 |
         (segment.vlans[0] & 0xfffU);
}

// Apart, so that the few who need it do not make every packet save registers.
[[gnu::noinline]] void set_rare_tags(const TcpSegment& segment, const FlowSettings& settings, FlowKey& key) {
  const bool vlan = settings.vlan_in_key;
  const bool tunnel = settings.tunnel_in_key && names_a_network(segment.tunnel);
  const bool hashed = tunnel || (vlan && segment.vlan_count > 2);
  key.tags =
      hashed ? exact_tags(segment, false) | hash_tags(segment, vlan, tunnel) : exact_tags(segment, vlan);
}

}  // namespace

KeyedSegment make_flow_key(const TcpSegment& segment, const FlowSettings& settings) {
  KeyedSegment keyed;
  make_flow_key(segment, settings, keyed);
  return keyed;
}

void make_flow_key(const TcpSegment& segment, const FlowSettings& settings, KeyedSegment& keyed) {
  const bool lower = source_is_lower(segment);
  keyed.from = lower ? Side::kA : Side::kB;
  keyed.key.address[0] = lower ? segment.source : segment.destination;
  keyed.key.address[1] = lower ? segment.destination : segment.source;
  keyed.key.port[0] = lower ? segment.source_port : segment.destination_port;
  keyed.key.port[1] = lower ? segment.destination_port : segment.source_port;
  if (segment.tunnel.kind != TunnelKind::kNone || segment.vlan_count > 2)
    return set_rare_tags(segment, settings, keyed.key);
  keyed.key.tags = exact_tags(segment, settings.vlan_in_key);
}

// Three products that do not wait for each other: a packet feels the length of the chain.
std::uint64_t hash_of(const FlowKey& key, std::uint64_t seed) {
  const auto& [first, second] = key.address;
  const std::uint64_t a = mix_hash(first.high() ^ seed, first.low() ^ ~seed);
  const std::uint64_t b = mix_hash(second.high() ^ ~seed, second.low() ^ seed);
  return mix_hash(a ^ key.ends(), b ^ seed);
}

std::uint64_t steering_hash(const TcpSegment& segment, std::uint64_t seed) {
  static constexpr FlowSettings kBare = [] {
    FlowSettings bare;
    bare.vlan_in_key = false;
    bare.tunnel_in_key = false;
    return bare;
  }();
  return hash_of(make_flow_key(segment, kBare).key, seed);
}

std::uint64_t flow_id_of(const FlowKey& key, TimeNs start) {
  return hash_bytes(&key, sizeof key, static_cast<std::uint64_t>(start)) & kFlowIdMask;
}

}  // namespace mailtap
