// SPDX-License-Identifier: Apache-2.0
// Puts fragments of IPv4 and IPv6 datagrams together, in whatever order they come (RFC 791 3.2, RFC 815, RFC
// 8200 4.5), before frames are steered: the RX core has one, or the worker that reads its source itself.
//
//   who overlaps     equal bytes change nothing. Other bytes: in IPv4 those that came first stay (hosts
//                    differ; this is what a tap is sure to have seen first), in IPv6 the datagram and what
//                    still comes of it is discarded, as hosts do (RFC 5722); so too if two first fragments
//                    tell different next headers
//   copies           a fragment that comes twice changes nothing, after the datagram was whole neither; with
//                    other bytes it is told then too, and begins a new datagram
//   cut fragments    the last one may be cut by the capture: the datagram is cut at the same place. Cut
//                    anywhere else it is given up
//   limits           datagrams, pages, and a wait from the first fragment on; the oldest makes room
//
// A whole datagram is a Frame of LinkType::kWhole in a buffer of this object. One thread; no allocation after
// its making. Time does not run backwards from call to call.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/page_pool.h"
#include "packet/datagram_table.h"
#include "packet/fragment_counters.h"
#include "packet/fragment_outcome.h"
#include "packet/fragment_pages.h"
#include "packet/frame.h"
#include "packet/ip_fragment.h"
#include "packet/packet_settings.h"

namespace mailtap {

inline constexpr std::size_t kWholeDatagramsLent = 256;  // at once: several bursts of nothing else

class Defragmenter {
 public:
  // `counters` outlives it.
  Defragmenter(const PacketSettings& settings, std::uint64_t seed, FragmentCounters& counters);

  // Copies what it needs. `whole` is the datagram if this fragment made it whole, else its `data` is null; it
  // carries the fragment's time and `port`, and must be given back by release().
  FragmentOutcome add(const IpFragment& fragment, std::uint16_t port, Frame& whole);

  bool can_lend() const { return buffers_.used() < buffers_.pages(); }
  void release(const Frame& whole);

  // What has waited too long by `now` is given up. Called by add() too; on an idle link by the owner.
  void expire(TimeNs now);
  // Nothing will follow: what still waits is counted as timed out.
  void finish();

  static std::size_t bytes_a_datagram() { return DatagramTable::bytes_a_datagram(); }
  static std::size_t bytes_a_whole();

 private:
  struct Piece {
    std::uint32_t from = 0;
    std::uint32_t end = 0;
    Bytes data;
    std::uint8_t protocol = 0;
    bool last = false;
  };

  FragmentOutcome judge(const IpFragment& fragment, Piece& piece) const;
  FragmentOutcome take(const IpFragment& fragment, const Piece& piece, Frame& whole);
  FragmentOutcome join(std::uint32_t index, const IpFragment& fragment, const Piece& piece, Frame& whole);
  std::uint32_t datagram_for(const IpFragment& fragment, const Piece& piece, FragmentOutcome& late);
  bool is_copy(const Datagram& datagram, const Piece& piece) const;
  static bool is_of_other_protocol(const Datagram& datagram, const Piece& piece);
  static bool contradicts(const Datagram& datagram, const Piece& piece);
  FragmentOutcome differs(std::uint32_t index, std::uint8_t ip_version);
  FragmentOutcome hand_out(std::uint32_t index, const IpFragment& fragment, Frame& whole);
  void write(const Datagram& datagram, const IpFragment& fragment, std::uint8_t* to) const;
  void make_room(std::uint32_t keep, std::size_t pages);
  bool forget_oldest(std::uint32_t keep);
  void give_up(std::uint32_t index);
  void forget(std::uint32_t index);
  void count(FragmentOutcome outcome);

  DurationNs wait_ns_;
  FragmentCounters& counters_;
  DatagramTable datagrams_;
  FragmentPages pages_;
  PagePool buffers_;
};

}  // namespace mailtap
