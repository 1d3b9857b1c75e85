// SPDX-License-Identifier: Apache-2.0
#include "packet/defragmenter.h"

#include <algorithm>
#include <cstring>

#include "packet/whole_datagram.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHeader4 = 20, kHeader6 = 40;
constexpr std::uint32_t kTotalMax4 = 65'535 - kHeader4;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint32_t kTcpHeader = 20;
// For which copies of a whole datagram's fragments still come: the skew of a tap, not a network's.
constexpr DurationNs kCopiesNs = 100 * kMillisecondNs;

constexpr std::size_t kBufferBytes = (sizeof(WholeDatagram) + kHeader6 + kDatagramOctetsMax + 63) / 64 * 64;

void store_be16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

std::uint32_t header_of(std::uint8_t ip_version) { return ip_version == 4 ? kHeader4 : kHeader6; }

void write_header4(const IpFragment& fragment, std::uint8_t protocol, std::uint32_t total, std::uint8_t* to) {
  std::memset(to, 0, kHeader4);
  to[0] = 0x45;
  store_be16(to + 2, kHeader4 + total);
  to[8] = 64;
  to[9] = protocol;
  std::memcpy(to + 12, fragment.source.v4().data(), 4);
  std::memcpy(to + 16, fragment.destination.v4().data(), 4);
}

void write_header6(const IpFragment& fragment, std::uint8_t protocol, std::uint32_t total, std::uint8_t* to) {
  std::memset(to, 0, kHeader6);
  to[0] = 0x60;
  store_be16(to + 4, total);
  to[6] = protocol;
  to[7] = 64;
  std::memcpy(to + 8, fragment.source.octets.data(), 16);
  std::memcpy(to + 24, fragment.destination.octets.data(), 16);
}

TimeNs later(TimeNs time, DurationNs by) { return time > kTimeMax - by ? kTimeMax : time + by; }

// Flags and ports that stand in two fragments escape a filter that looks at the first only.
bool hides_tcp(const IpFragment& fragment) {
  if (fragment.protocol != kTcp) return false;
  return (fragment.offset == 0 && fragment.size < kTcpHeader) ||
         (fragment.offset != 0 && fragment.offset < kTcpHeader);
}

}  // namespace

Defragmenter::Defragmenter(const PacketSettings& settings, std::uint64_t seed, FragmentCounters& counters)
    : wait_ns_(settings.fragment_wait_ns),
      counters_(counters),
      datagrams_(settings.datagrams_max, seed),
      pages_(settings.fragment_pages),
      buffers_(kBufferBytes, kWholeDatagramsLent) {
  MAILTAP_CHECK(settings.fragment_pages >= 2 * kPagesADatagram);
}

std::size_t Defragmenter::bytes_a_whole() { return kBufferBytes; }

FragmentOutcome Defragmenter::add(const IpFragment& fragment, std::uint16_t port, Frame& whole) {
  whole = Frame{};
  whole.port = port;
  expire(fragment.time);
  Piece piece;
  const FragmentOutcome shape = judge(fragment, piece);
  const bool usable = piece.from != piece.end;
  const FragmentOutcome outcome = usable ? std::max(shape, take(fragment, piece, whole)) : shape;
  count(outcome);
  return outcome;
}

// What of the fragment is used, by its own words. Linux too takes of an IPv4 fragment the whole units.
FragmentOutcome Defragmenter::judge(const IpFragment& fragment, Piece& piece) const {
  const bool four = fragment.ip_version == 4;
  if (fragment.offset + fragment.size > (four ? kTotalMax4 : kDatagramOctetsMax))
    return FragmentOutcome::kOverlong;
  const std::uint32_t odd = fragment.more ? fragment.size % kFragmentUnit : 0;
  if (fragment.size == 0 || (odd != 0 && !four)) return FragmentOutcome::kBadLength;
  piece.from = fragment.offset;
  piece.end = fragment.offset + fragment.size - odd;
  piece.last = !fragment.more;
  piece.protocol = fragment.protocol;
  piece.data = fragment.data.first(std::min<std::size_t>(fragment.data.size(), piece.end - piece.from));
  if (odd != 0) return FragmentOutcome::kBadLength;
  return hides_tcp(fragment) ? FragmentOutcome::kTiny : FragmentOutcome::kNone;
}

FragmentOutcome Defragmenter::take(const IpFragment& fragment, const Piece& piece, Frame& whole) {
  FragmentOutcome late = FragmentOutcome::kNone;
  const std::uint32_t index = datagram_for(fragment, piece, late);
  return std::max(late, join(index, fragment, piece, whole));
}

FragmentOutcome Defragmenter::join(std::uint32_t index, const IpFragment& fragment, const Piece& piece,
                                   Frame& whole) {
  Datagram& datagram = datagrams_[index];
  if (datagram.state == DatagramState::kComplete) return FragmentOutcome::kDuplicate;
  if (datagram.state == DatagramState::kGivenUp) return FragmentOutcome::kDiscarded;
  Bytes data = piece.data;
  if (data.size() < piece.end - piece.from) {
    if (!piece.last) {
      counters_.truncated.add(1);
      give_up(index);
      return FragmentOutcome::kTruncated;
    }
    data = data.first(data.size() / kFragmentUnit * kFragmentUnit);
  }
  if (contradicts(datagram, piece)) return differs(index, fragment.ip_version);
  make_room(index, FragmentPages::lacking(datagram.places, piece.from, data.size()));
  const FragmentPages::Put put = pages_.put(datagram.places, piece.from, data);
  if (piece.from == 0) {
    datagram.begun = true;
    datagram.protocol = piece.protocol;
  }
  const bool news = put.fresh || (piece.last && datagram.total == Datagram::kUnknown);
  datagram.reach = std::max(datagram.reach, piece.end);
  if (piece.last) {
    datagram.total = piece.end;
    datagram.captured = std::max(datagram.captured, piece.from + static_cast<std::uint32_t>(data.size()));
  }
  FragmentOutcome outcome = news ? FragmentOutcome::kHeld : FragmentOutcome::kDuplicate;
  if (put.differs) outcome = differs(index, fragment.ip_version);
  const bool complete = datagram.state == DatagramState::kWaiting && datagram.total != Datagram::kUnknown &&
                        pages_.covers(datagram.places, datagram.captured);
  return complete ? std::max(outcome, hand_out(index, fragment, whole)) : outcome;
}

// What differs from a datagram that was whole a moment ago is an overlap that came late, or a new datagram of
// the same identification: told as the one, and taken as the other.
std::uint32_t Defragmenter::datagram_for(const IpFragment& fragment, const Piece& piece,
                                         FragmentOutcome& late) {
  const DatagramKey key = key_of(fragment);
  std::uint32_t index = datagrams_.find(key);
  if (index != DatagramTable::kNone) {
    Datagram& datagram = datagrams_[index];
    if (datagram.state != DatagramState::kComplete || is_copy(datagram, piece)) return index;
    late = FragmentOutcome::kOverlapDiffers;
    forget(index);
  }
  if (datagrams_.full()) forget_oldest(DatagramTable::kNone);
  return datagrams_.add(key, later(fragment.time, wait_ns_));
}

bool Defragmenter::is_copy(const Datagram& datagram, const Piece& piece) const {
  if (piece.end > datagram.total || piece.last != (piece.end == datagram.total)) return false;
  if (is_of_other_protocol(datagram, piece)) return false;
  const std::uint32_t end =
      std::min(datagram.captured, piece.from + static_cast<std::uint32_t>(piece.data.size()));
  return end <= piece.from || pages_.repeats(datagram.places, piece.from, piece.data.first(end - piece.from));
}

// The first fragment alone is believed (RFC 8200 4.5), so two that differ are bytes that differ.
bool Defragmenter::is_of_other_protocol(const Datagram& datagram, const Piece& piece) {
  return piece.from == 0 && datagram.begun && piece.protocol != datagram.protocol;
}

bool Defragmenter::contradicts(const Datagram& datagram, const Piece& piece) {
  if (piece.last && datagram.reach > piece.end) return true;
  if (is_of_other_protocol(datagram, piece)) return true;
  return datagram.total != Datagram::kUnknown &&
         (piece.last ? piece.end != datagram.total : piece.end > datagram.total);
}

FragmentOutcome Defragmenter::differs(std::uint32_t index, std::uint8_t ip_version) {
  if (ip_version == 6) give_up(index);
  return FragmentOutcome::kOverlapDiffers;
}

FragmentOutcome Defragmenter::hand_out(std::uint32_t index, const IpFragment& fragment, Frame& whole) {
  const PageIndex buffer = buffers_.take();
  if (buffer == kNoPage) {
    counters_.no_room.add(1);
    give_up(index);
    return FragmentOutcome::kNoRoom;
  }
  Datagram& datagram = datagrams_[index];
  write(datagram, fragment, buffers_.at(buffer));
  const auto around = static_cast<std::uint32_t>(sizeof(WholeDatagram)) + header_of(fragment.ip_version);
  whole.data = buffers_.at(buffer);
  whole.captured = around + datagram.captured;
  whole.on_wire = around + datagram.total;
  whole.time = fragment.time;
  whole.link = LinkType::kWhole;
  datagrams_.complete(index, later(fragment.time, kCopiesNs));
  counters_.whole.add(1);
  return FragmentOutcome::kCompleted;
}

void Defragmenter::write(const Datagram& datagram, const IpFragment& fragment, std::uint8_t* to) const {
  WholeDatagram around;
  around.tunnel = fragment.tunnel;
  around.vlans = fragment.vlans;
  around.vlan_count = fragment.vlan_count;
  std::memcpy(to, &around, sizeof around);
  to += sizeof around;
  (fragment.ip_version == 4 ? write_header4 : write_header6)(fragment, datagram.protocol, datagram.total, to);
  pages_.copy(datagram.places, datagram.captured, to + header_of(fragment.ip_version));
}

void Defragmenter::release(const Frame& whole) {
  const std::uint8_t* first = buffers_.at(0);
  MAILTAP_CHECK(whole.link == LinkType::kWhole && whole.data >= first);
  const auto at = static_cast<std::size_t>(whole.data - first);
  MAILTAP_CHECK(at % kBufferBytes == 0);
  buffers_.give_back_wiped(static_cast<PageIndex>(at / kBufferBytes), whole.captured);
}

void Defragmenter::expire(TimeNs now) {
  for (std::uint32_t index = datagrams_.oldest_waiting();
       index != DatagramTable::kNone && datagrams_[index].due <= now; index = datagrams_.oldest_waiting()) {
    if (datagrams_[index].state == DatagramState::kWaiting) counters_.timed_out.add(1);
    forget(index);
  }
  for (std::uint32_t index = datagrams_.oldest_complete();
       index != DatagramTable::kNone && datagrams_[index].due <= now; index = datagrams_.oldest_complete())
    forget(index);
}

void Defragmenter::finish() { expire(kTimeMax); }

void Defragmenter::make_room(std::uint32_t keep, std::size_t pages) {
  while (pages_.free() < pages) MAILTAP_CHECK(forget_oldest(keep));
}

// Those that were handed out go first: nothing is lost by it.
bool Defragmenter::forget_oldest(std::uint32_t keep) {
  std::uint32_t index = datagrams_.oldest_complete();
  if (index == DatagramTable::kNone) {
    index = datagrams_.oldest_waiting();
    if (index == keep && index != DatagramTable::kNone) index = datagrams_.newer_than(index);
    if (index == DatagramTable::kNone) return false;
    if (datagrams_[index].state == DatagramState::kWaiting) counters_.evicted.add(1);
  }
  forget(index);
  return true;
}

void Defragmenter::give_up(std::uint32_t index) {
  Datagram& datagram = datagrams_[index];
  pages_.give_back(datagram.places);
  datagram.state = DatagramState::kGivenUp;
}

void Defragmenter::forget(std::uint32_t index) {
  pages_.give_back(datagrams_[index].places);
  datagrams_.remove(index);
}

void Defragmenter::count(FragmentOutcome outcome) {
  counters_.seen.add(1);
  switch (outcome) {
    case FragmentOutcome::kDuplicate: return counters_.duplicates.add(1);
    case FragmentOutcome::kDiscarded: return counters_.discarded.add(1);
    case FragmentOutcome::kTiny: return counters_.tiny.add(1);
    case FragmentOutcome::kBadLength: return counters_.bad_length.add(1);
    case FragmentOutcome::kOverlong: return counters_.overlong.add(1);
    case FragmentOutcome::kOverlapDiffers: return counters_.overlaps.add(1);
    default: return;
  }
}

}  // namespace mailtap
