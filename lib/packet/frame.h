// SPDX-License-Identifier: Apache-2.0
// One frame as a source hands it out. Bytes are contiguous and belong to the source: they live until the
// frame is given back (PacketSource::release). Nothing that points into a frame is kept past that.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/time.h"

namespace mailtap {

// What the first byte of a frame is. Numbers are ours; capture/ and nic/ translate.
enum class LinkType : std::uint8_t {
  kEthernet,
  kRawIp,
  kWhole,     // a datagram put together from fragments; its bytes are Defragmenter's
  kLinuxSll,  // LINKTYPE_LINUX_SLL, 113
  kLinuxSll2,
  kNull,  // LINKTYPE_NULL, 0: the address family in the byte order of the host that captured
  kLoop,  // LINKTYPE_LOOP, 108: the same in network order
  kPpp,   // LINKTYPE_PPP, 9, and with HDLC framing, 50
  kPppoe,
  kNflog,
  kIeee80211,
  kRadiotap,
  kUnknown
};

struct Frame {
  const std::uint8_t* data = nullptr;
  std::uint32_t captured = 0;  // bytes at `data`; may be less than `on_wire` (snaplen), never more
  std::uint32_t on_wire = 0;   // bytes the frame had on the link
  TimeNs time = 0;             // capture time; never before that of an earlier frame of the same source
  void* owner = nullptr;       // the source's own handle (an mbuf, a block); nobody else looks at it
  std::uint16_t port = 0;      // which NIC port or file interface it came in by
  LinkType link = LinkType::kEthernet;
  std::uint8_t fragment = 0;  // FragmentOutcome: what became of it as a fragment; set by who took it apart

  Bytes bytes() const { return {data, captured}; }
};

}  // namespace mailtap
