// SPDX-License-Identifier: Apache-2.0
// What became of a fragment, as Frame::fragment carries it to who counts and tells it. Where several are
// true, the one that stands further down.
#pragma once

#include <cstdint>

namespace mailtap {

enum class FragmentOutcome : std::uint8_t {
  kNone,            // no fragment, or nobody put it together
  kHeld,            // waits for the others
  kCompleted,       // its datagram is whole
  kDuplicate,       // brought nothing that was not there
  kDiscarded,       // of a datagram that was given up before
  kNoRoom,          // completed its datagram, and every buffer was lent
  kTruncated,       // cut by the capture, and not the last: its datagram cannot be had
  kTiny,            // hides a part of the TCP header (RFC 1858, RFC 3128); taken all the same
  kBadLength,       // empty, or not the last and no multiple of 8 octets
  kOverlong,        // ends behind what a datagram can hold; not taken
  kOverlapDiffers,  // other bytes than an earlier fragment had at the same place, or another end
  kCount
};

// Somebody means harm, or a network is broken.
inline bool is_anomaly(FragmentOutcome outcome) {
  return outcome >= FragmentOutcome::kTiny && outcome < FragmentOutcome::kCount;
}

}  // namespace mailtap
