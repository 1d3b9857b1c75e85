// SPDX-License-Identifier: Apache-2.0
// Whose segment is it: the innermost addresses and ports, in an order that both directions share. Side A is
// the lower (address, port). Pure functions, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

#include "base/side.h"
#include "base/time.h"
#include "flow/flow_settings.h"
#include "packet/tcp_segment.h"

namespace mailtap {

struct FlowKey {
  std::array<IpAddress, 2> address;  // by side
  std::array<std::uint16_t, 2> port{};
  // Outer VLAN id in bits 0-11, inner in 12-23, number of ids in 24-25 (0 when VLANs are not in the key),
  // IP version in 28-31: ::ffff:1.2.3.4 over IPv6 is not 1.2.3.4 over IPv4. With more VLANs than two, or the
  // id of a tunnel in the key: 3 in 24-25, and a hash of all of them in 0-23 and 26-27.
  std::uint32_t tags = 0;

  // All words at once: keys that are compared are nearly always the same.
  bool operator==(const FlowKey& key) const {
    return (address[0].differs(key.address[0]) | address[1].differs(key.address[1]) |
            (ends() ^ key.ends())) == 0;
  }
  // Ports and tags in one word.
  std::uint64_t ends() const {
    return std::uint64_t{port[0]} | std::uint64_t{port[1]} << 16 | std::uint64_t{tags} << 32;
  }
};
static_assert(sizeof(FlowKey) == 40 && std::has_unique_object_representations_v<FlowKey>);

struct KeyedSegment {
  FlowKey key;
  Side from = Side::kA;  // who sent it; A when both ends are the same address and port
};

KeyedSegment make_flow_key(const TcpSegment& segment, const FlowSettings& settings);
void make_flow_key(const TcpSegment& segment, const FlowSettings& settings, KeyedSegment& keyed);  // in place

// For the table. Keep the seed secret (random at start): it is what stops chosen collisions.
std::uint64_t hash_of(const FlowKey& key, std::uint64_t seed);

// For the distributor: the same for both directions, over innermost addresses and ports only, so that a flow
// stays on one worker whatever its VLANs and tunnels.
std::uint64_t steering_hash(const TcpSegment& segment, std::uint64_t seed);

// `flow_id` of events: 53 bits (what a JSON number holds exactly) of key and start. Has no seed: the same
// connection has the same id in every run and on every sensor that saw its first segment at the same time.
std::uint64_t flow_id_of(const FlowKey& key, TimeNs start);

}  // namespace mailtap
