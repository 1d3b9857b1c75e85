// SPDX-License-Identifier: Apache-2.0
#include "pipelines/fragment_desk.h"

#include "event/anomaly_record.h"

namespace mailtap {
namespace {

constexpr DurationNs kTellAgainNs = 60 * kSecondNs;
constexpr std::uint64_t kSeedOffset = 4;  // its table's seed is no other table's

// Suricata's names where it has one; the tiny ones, and IPv4's lengths, are ours.
std::string_view event_of(FragmentOutcome outcome, bool six) {
  switch (outcome) {
    case FragmentOutcome::kTiny: return six ? "decoder.ipv6.frag_tiny" : "decoder.ipv4.frag_tiny";
    case FragmentOutcome::kBadLength:
      return six ? "decoder.ipv6.frag_invalid_length" : "decoder.ipv4.frag_invalid_length";
    case FragmentOutcome::kOverlong:
      return six ? "decoder.ipv6.frag_pkt_too_large" : "decoder.ipv4.frag_pkt_too_large";
    default: return six ? "decoder.ipv6.frag_overlap" : "decoder.ipv4.frag_overlap";
  }
}

}  // namespace

FragmentDesk::FragmentDesk(const WorkerParts& parts, bool puts_together, RecordSender& sender)
    : sender_(sender) {
  if (puts_together) defragmenter_.emplace(parts.packet, parts.seed + kSeedOffset, counters_);
}

bool FragmentDesk::take(const Frame& frame, const IpFragment& fragment, Frame& whole) {
  auto outcome = static_cast<FragmentOutcome>(frame.fragment);
  if (defragmenter_) outcome = defragmenter_->add(fragment, frame.port, whole);
  if (is_anomaly(outcome) && may_tell(outcome, fragment)) tell(outcome, fragment);
  if (!defragmenter_) return false;
  // It was lent as the last one, and was copied.
  if (frame.link == LinkType::kWhole) defragmenter_->release(lent_[--lent_count_]);
  if (whole.data == nullptr) return false;
  lent_[lent_count_++] = whole;
  return true;
}

void FragmentDesk::give_back() {
  while (lent_count_ != 0) defragmenter_->release(lent_[--lent_count_]);
}

void FragmentDesk::expire(TimeNs now) {
  if (defragmenter_) defragmenter_->expire(now);
}

void FragmentDesk::finish() {
  if (defragmenter_) defragmenter_->finish();
}

// No hash decides which are told, so that every run tells the same.
bool FragmentDesk::may_tell(FragmentOutcome outcome, const IpFragment& fragment) {
  Told* free = nullptr;
  for (Told& told : told_) {
    if (told.until <= fragment.time) {
      free = free == nullptr ? &told : free;
    } else if (told.outcome == outcome && told.source == fragment.source &&
               told.destination == fragment.destination) {
      return false;
    }
  }
  if (free == nullptr) return false;
  *free = {fragment.source, fragment.destination, fragment.time + kTellAgainNs, outcome};
  return true;
}

void FragmentDesk::tell(FragmentOutcome outcome, const IpFragment& fragment) {
  AnomalyRecord record;
  record.head.time = fragment.time;
  record.head.sequence = sequence_++;
  record.flow.client = fragment.source;
  record.flow.server = fragment.destination;
  record.flow.ip_version = fragment.ip_version;
  record.flow.vlan_count = fragment.vlan_count;
  record.flow.vlans = fragment.vlans;
  record.flow.tunnel = fragment.tunnel;
  record.type = AnomalyType::kDecode;
  record.event = event_of(outcome, fragment.ip_version == 6);
  sender_.send(record);
}

}  // namespace mailtap
