// SPDX-License-Identifier: Apache-2.0
// What a worker does with a frame that is a fragment. Where an RX core has put fragments together, it tells
// what that core found out; where the worker reads its source itself, it puts them together too. Anomalies
// are told once a kind, source and destination in a minute, and of a bounded number of those; the rest is
// counted only. The worker's thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "event/record_sender.h"
#include "packet/defragmenter.h"
#include "pipelines/distributor.h"
#include "pipelines/worker_parts.h"

namespace mailtap {

class FragmentDesk {
 public:
  // `puts_together`: the worker reads its source itself.
  FragmentDesk(const WorkerParts& parts, bool puts_together, RecordSender& sender);
  FragmentDesk(const FragmentDesk&) = delete;
  FragmentDesk& operator=(const FragmentDesk&) = delete;

  // True: `whole` is the datagram that `frame` made whole; it lives until give_back(), or until it is itself
  // taken as a fragment.
  bool take(const Frame& frame, const IpFragment& fragment, Frame& whole);

  void give_back();         // once a burst, when nothing points into its datagrams any more
  void expire(TimeNs now);  // once a burst, empty ones too
  void finish();            // nothing will follow
  FragmentSums sums() const { return counters_.sums(); }
  bool puts_together() const { return defragmenter_.has_value(); }

 private:
  struct Told {
    IpAddress source;
    IpAddress destination;
    TimeNs until = kTimeMin;
    FragmentOutcome outcome = FragmentOutcome::kNone;
  };

  bool may_tell(FragmentOutcome outcome, const IpFragment& fragment);
  void tell(FragmentOutcome outcome, const IpFragment& fragment);

  RecordSender& sender_;
  FragmentCounters counters_;
  std::optional<Defragmenter> defragmenter_;
  // A frame of a burst makes one datagram whole, and a datagram that is itself a fragment is given back.
  std::array<Frame, kBurstMax + 1> lent_;
  std::size_t lent_count_ = 0;
  std::array<Told, 64> told_;
  std::uint32_t sequence_ = 0;
};
static_assert(kWholeDatagramsLent > kBurstMax + 1);

}  // namespace mailtap
