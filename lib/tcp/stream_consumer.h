// SPDX-License-Identifier: Apache-2.0
// Who reads the two byte streams of a connection. Calls come in the order in which the two ends exchanged the
// bytes, as far as acknowledgements tell it: never a byte before all that its sender had acknowledged when it
// sent it. `time` is when the call became possible: that of the segment that brought or released the bytes,
// or of the deadline that gave something up. It never runs backwards.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/side.h"
#include "base/time.h"

namespace mailtap {

class StreamConsumer {
 public:
  StreamConsumer() = default;
  StreamConsumer(const StreamConsumer&) = delete;
  StreamConsumer& operator=(const StreamConsumer&) = delete;
  virtual ~StreamConsumer() = default;

  // The next bytes of a side, never empty. The view is good during the call. May call
  // StreamReassembler::skip(), and nothing else of it.
  virtual void on_chunk(Side from, Bytes bytes, TimeNs time) = 0;
  // So many bytes of a side were lost here; adjacent gaps may come as one or several. 0: nobody knows how
  // many (the stream went on at a place that has nothing to do with what was before).
  virtual void on_gap(Side from, std::uint64_t bytes, TimeNs time) = 0;
  // Two copies of the same bytes of a side differ (the setting says which one is handed on).
  virtual void on_conflict(Side from, TimeNs time) = 0;
  // All bytes of a side were handed on: its FIN is in order. Once a side.
  virtual void on_close(Side from, TimeNs time) = 0;
  // A side broke the connection off; the last call for this connection.
  virtual void on_reset(Side from, TimeNs time) = 0;
};

}  // namespace mailtap
