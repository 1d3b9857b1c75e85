// SPDX-License-Identifier: Apache-2.0
// Datagrams whose fragments have come, found by what the fragments of one have in common (RFC 791 3.2, RFC
// 8200 4.5): addresses, identification, in IPv4 the protocol, and what was around them. A fixed number of
// places behind a seeded hash; two lists, each in order of time, for those that wait and for those that were
// whole a moment ago. One thread; no allocation after its making.
#pragma once

#include <array>
#include <cstdint>

#include "base/memory.h"
#include "base/time.h"
#include "packet/fragment_pages.h"
#include "packet/ip_fragment.h"

namespace mailtap {

using DatagramKey = std::array<std::uint64_t, 11>;
DatagramKey key_of(const IpFragment& fragment);

enum class DatagramState : std::uint8_t {
  kWaiting,   // for fragments
  kGivenUp,   // waits for its time to be over, so that its other fragments do not begin it anew; no pages
  kComplete,  // was handed out; its bytes stay for a moment, so that copies of its fragments are known
};

struct Datagram {
  static constexpr std::uint32_t kUnknown = 0xffff'ffff;

  DatagramKey key{};
  TimeNs due = 0;                  // when it is forgotten
  std::uint32_t total = kUnknown;  // octets of payload: where the last fragment ends
  std::uint32_t captured = 0;      // of them; fewer where the last fragment was cut
  std::uint32_t reach = 0;         // end of the furthest fragment
  DatagramState state = DatagramState::kWaiting;
  bool begun = false;         // its first fragment has come
  std::uint8_t protocol = 0;  // of that one
  FragmentPages::Places places{};

 private:
  friend class DatagramTable;
  std::uint32_t next = 0;  // of its bucket
  std::uint32_t bucket = 0;
  std::uint32_t older = 0, newer = 0;  // of its list
};

class DatagramTable {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  DatagramTable(std::uint32_t datagrams_max, std::uint64_t seed);
  static std::size_t bytes_a_datagram() { return sizeof(Datagram) + 2 * sizeof(std::uint32_t); }

  Datagram& operator[](std::uint32_t index) { return slots_[index]; }
  std::uint32_t find(const DatagramKey& key) const;  // kNone: not there
  bool full() const { return free_ == kNone && fresh_ == slots_.size(); }

  std::uint32_t add(const DatagramKey& key, TimeNs due);  // waiting; not while full()
  void complete(std::uint32_t index, TimeNs due);         // to the end of the list of complete ones
  void remove(std::uint32_t index);                       // its pages were given back

  // The one that is due first; kNone: none.
  std::uint32_t oldest_waiting() const { return waiting_.oldest; }  // or given up
  std::uint32_t oldest_complete() const { return complete_.oldest; }
  std::uint32_t newer_than(std::uint32_t index) const { return slots_[index].newer; }

 private:
  struct List {
    std::uint32_t oldest = kNone, newest = kNone;
  };
  List& list_of(const Datagram& datagram) {
    return datagram.state == DatagramState::kComplete ? complete_ : waiting_;
  }
  void append(std::uint32_t index, List& list);
  void unlink(std::uint32_t index, List& list);
  std::uint32_t bucket_of(const DatagramKey& key) const;

  ZeroedArray<Datagram> slots_;
  ZeroedArray<std::uint32_t> buckets_;  // index + 1 of the first; a power of two of them
  std::uint64_t seed_;
  std::uint32_t fresh_ = 0;     // slots below were used at least once
  std::uint32_t free_ = kNone;  // a chain by `next`
  List waiting_, complete_;
};

}  // namespace mailtap
