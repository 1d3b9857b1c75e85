// SPDX-License-Identifier: Apache-2.0
#include "packet/datagram_table.h"

#include <bit>

#include "base/check.h"
#include "base/hash.h"

namespace mailtap {

// In IPv6 the protocol is told by the first fragment alone. Of a tunnel its addresses count too: the same
// inner addresses may be in use on both of two overlays.
DatagramKey key_of(const IpFragment& fragment) {
  const Tunnel& tunnel = fragment.tunnel;
  const std::uint64_t protocol = fragment.ip_version == 4 ? fragment.protocol : 0U;
  DatagramKey key = {fragment.source.high(),
                     fragment.source.low(),
                     fragment.destination.high(),
                     fragment.destination.low(),
                     tunnel.outer_source.high(),
                     tunnel.outer_source.low(),
                     tunnel.outer_destination.high(),
                     tunnel.outer_destination.low(),
                     std::uint64_t{fragment.id} << 32 | protocol << 8 | fragment.ip_version,
                     std::uint64_t{tunnel.id} << 32 | static_cast<std::uint64_t>(tunnel.kind) << 16 |
                         std::uint64_t{tunnel.depth} << 8 | fragment.vlan_count,
                     0};
  for (std::size_t i = 0; i < fragment.vlan_count && i < kVlansMax; ++i)
    key.back() = key.back() << 16 | fragment.vlans[i];
  return key;
}

DatagramTable::DatagramTable(std::uint32_t datagrams_max, std::uint64_t seed)
    : slots_(datagrams_max), buckets_(std::bit_ceil(datagrams_max)), seed_(seed) {}

std::uint32_t DatagramTable::bucket_of(const DatagramKey& key) const {
  return static_cast<std::uint32_t>(hash_bytes(key.data(), sizeof key, seed_) & (buckets_.size() - 1));
}

std::uint32_t DatagramTable::find(const DatagramKey& key) const {
  std::uint32_t index = buckets_[bucket_of(key)] - 1;
  while (index != kNone && slots_[index].key != key) index = slots_[index].next;
  return index;
}

std::uint32_t DatagramTable::add(const DatagramKey& key, TimeNs due) {
  MAILTAP_CHECK(!full());
  const std::uint32_t index = free_ != kNone ? free_ : fresh_++;
  if (free_ != kNone) free_ = slots_[index].next;
  Datagram& datagram = slots_[index];
  datagram = Datagram{};
  datagram.key = key;
  datagram.due = due;
  datagram.places.fill(kNoPage);
  datagram.bucket = bucket_of(key);
  datagram.next = buckets_[datagram.bucket] - 1;
  buckets_[datagram.bucket] = index + 1;
  append(index, waiting_);
  return index;
}

void DatagramTable::complete(std::uint32_t index, TimeNs due) {
  Datagram& datagram = slots_[index];
  unlink(index, list_of(datagram));
  datagram.state = DatagramState::kComplete;
  datagram.due = due;
  append(index, complete_);
}

void DatagramTable::remove(std::uint32_t index) {
  Datagram& datagram = slots_[index];
  unlink(index, list_of(datagram));
  if (buckets_[datagram.bucket] == index + 1) {
    buckets_[datagram.bucket] = datagram.next + 1;
  } else {
    std::uint32_t before = buckets_[datagram.bucket] - 1;
    while (slots_[before].next != index) before = slots_[before].next;
    slots_[before].next = datagram.next;
  }
  datagram.next = free_;
  free_ = index;
}

void DatagramTable::append(std::uint32_t index, List& list) {
  slots_[index].older = list.newest;
  slots_[index].newer = kNone;
  (list.newest == kNone ? list.oldest : slots_[list.newest].newer) = index;
  list.newest = index;
}

void DatagramTable::unlink(std::uint32_t index, List& list) {
  const Datagram& datagram = slots_[index];
  (datagram.older == kNone ? list.oldest : slots_[datagram.older].newer) = datagram.newer;
  (datagram.newer == kNone ? list.newest : slots_[datagram.newer].older) = datagram.older;
}

}  // namespace mailtap
