// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

#include "base/hash.h"

namespace mailtap {
namespace {

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

std::uint32_t tags_of(const TcpSegment& segment, bool vlan_in_key) {
  const std::uint32_t version = std::uint32_t{segment.ip_version} << 28;
  if (!vlan_in_key) return version;
  return version | std::uint32_t{segment.vlan_count} << 24 | (segment.vlans[1] & 0xfffU) << 12 |
         (segment.vlans[0] & 0xfffU);
}

}  // namespace

KeyedSegment make_flow_key(const TcpSegment& segment, bool vlan_in_key) {
  KeyedSegment keyed;
  make_flow_key(segment, vlan_in_key, keyed);
  return keyed;
}

void make_flow_key(const TcpSegment& segment, bool vlan_in_key, KeyedSegment& keyed) {
  const bool lower = source_is_lower(segment);
  keyed.from = lower ? Side::kA : Side::kB;
  keyed.key.address[0] = lower ? segment.source : segment.destination;
  keyed.key.address[1] = lower ? segment.destination : segment.source;
  keyed.key.port[0] = lower ? segment.source_port : segment.destination_port;
  keyed.key.port[1] = lower ? segment.destination_port : segment.source_port;
  keyed.key.tags = tags_of(segment, vlan_in_key);
}

// Three products that do not wait for each other: a packet feels the length of the chain.
std::uint64_t hash_of(const FlowKey& key, std::uint64_t seed) {
  const auto& [first, second] = key.address;
  const std::uint64_t a = mix_hash(first.high() ^ seed, first.low() ^ ~seed);
  const std::uint64_t b = mix_hash(second.high() ^ ~seed, second.low() ^ seed);
  return mix_hash(a ^ key.ends(), b ^ seed);
}

std::uint64_t steering_hash(const TcpSegment& segment, std::uint64_t seed) {
  return hash_of(make_flow_key(segment, false).key, seed);
}

std::uint64_t flow_id_of(const FlowKey& key, TimeNs start) {
  return hash_bytes(&key, sizeof key, static_cast<std::uint64_t>(start)) & kFlowIdMask;
}

}  // namespace mailtap
