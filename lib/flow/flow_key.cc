// SPDX-License-Identifier: Apache-2.0
#include "flow/flow_key.h"

#include <cstring>

#include "base/hash.h"

namespace mailtap {
namespace {

constexpr std::uint64_t kFlowIdMask = (std::uint64_t{1} << 53) - 1;

bool source_is_lower(const TcpSegment& segment) {
  const int order = std::memcmp(segment.source.octets.data(), segment.destination.octets.data(),
                                segment.source.octets.size());
  return order != 0 ? order < 0 : segment.source_port <= segment.destination_port;
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
  keyed.from = source_is_lower(segment) ? Side::kA : Side::kB;
  const unsigned from = index_of(keyed.from);
  keyed.key.address[from] = segment.source;
  keyed.key.address[1 - from] = segment.destination;
  keyed.key.port[from] = segment.source_port;
  keyed.key.port[1 - from] = segment.destination_port;
  keyed.key.tags = tags_of(segment, vlan_in_key);
  return keyed;
}

std::uint64_t hash_of(const FlowKey& key, std::uint64_t seed) { return hash_bytes(&key, sizeof key, seed); }

std::uint64_t steering_hash(const TcpSegment& segment, std::uint64_t seed) {
  return hash_of(make_flow_key(segment, false).key, seed);
}

std::uint64_t flow_id_of(const FlowKey& key, TimeNs start) {
  return hash_of(key, static_cast<std::uint64_t>(start)) & kFlowIdMask;
}

}  // namespace mailtap
