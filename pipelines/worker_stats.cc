// SPDX-License-Identifier: Apache-2.0
// Worker's stats: what it counted since the start, once an interval and at the end.
#include "pipelines/worker.h"

namespace mailtap {
namespace {

void add_fragments(const FragmentSums& sums, StatsCounts& counts) {
  counts.fragments_seen = sums.seen;
  counts.fragments_duplicate = sums.duplicates;
  counts.fragments_tiny = sums.tiny;
  counts.fragments_bad_length = sums.bad_length;
  counts.fragments_overlong = sums.overlong;
  counts.fragments_overlap = sums.overlaps;
  counts.fragments_truncated = sums.truncated;
  counts.fragments_discarded = sums.discarded;
  counts.datagrams_whole = sums.whole;
  counts.datagrams_timed_out = sums.timed_out;
  counts.datagrams_evicted = sums.evicted;
  counts.datagrams_no_room = sums.no_room;
}

}  // namespace

bool Worker::send_stats(TimeNs now) {
  if (now < stats_due_ || now == kTimeMin) return true;
  std::array<NamedCount, static_cast<std::size_t>(Drop::kCount)> drops;
  std::size_t n = 0;
  for (std::size_t i = 1; i < drops_.size(); ++i)
    if (drops_[i] != 0) drops[n++] = {name_of(static_cast<Drop>(i)), drops_[i]};
  StatsRecord record;
  record.head.time = now;
  record.head.sequence = stats_sent_;  // two of one time: the later one holds
  record.worker = number_;
  record.counts = counts();
  record.drops = {drops.data(), n};
  std::array<NamedCount, kStages> cycles;
  record.cycles = cycles_by_stage(cycles);
  if (!sender_.try_send(record)) return false;
  ++stats_sent_;
  stats_due_ = interval_end_of(now, parts_.pipeline.stats_interval_ns);
  return true;
}

// Empty where the machine has no counter.
std::span<const NamedCount> Worker::cycles_by_stage(std::array<NamedCount, kStages>& room) const {
  if (clock_.busy() == 0) return {};
  const StageCycles cycles = clock_.by_stage();
  for (std::size_t i = 0; i < kStages; ++i) room[i] = {name_of(static_cast<Stage>(i)), cycles[i]};
  return room;
}

StatsCounts Worker::counts() const {
  const SourceCounters source = source_.counters();
  StatsCounts counts;
  counts.packets = packets_;
  counts.bytes = bytes_;
  counts.nic_missed = source.missed;
  counts.nic_no_buffer = source.no_buffer;
  counts.nic_errors = source.errors;
  counts.time_clamped = source.time_clamped;
  counts.files_waited = source.files_waited;
  counts.lengths_raised = source.length_raised;
  counts.truncated_frames = reader_.truncated_frames();
  counts.bad_checksums =
      reassembler_.counters().bad_checksums_used.get() + reassembler_.counters().bad_checksums_dropped.get();
  counts.flows_open = flows_.size();
  counts.flows_new = flows_.counters().opened.get();
  counts.flows_evicted = flows_.counters().evicted.get();
  counts.sessions_open = sessions_.used();
  counts.sessions_new = sessions_new_;
  counts.sessions_evicted = sessions_evicted_;
  counts.gaps = reassembler_.counters().holes_given_up.get();
  counts.gap_bytes = reassembler_.counters().gap_bytes.get();
  counts.pages_used = held_.used() + reader_.text().used();
  counts.pages_total = held_.pages() + reader_.text().pages();
  counts.pages_refused = reassembler_.counters().no_page.get() + reader_.pages_refused();
  counts.hosts_evicted = hosts_.early();
  counts.records_cut = sender_.cut();
  add_fragments(fragments_.puts_together() ? fragments_.sums() : source.fragments, counts);
  counts.cycles_idle = clock_.idle();
  counts.cycles_busy = clock_.busy();
  for (std::size_t i = 0; i < kRecordKinds; ++i)
    counts.records_lost[i] = sender_.lost(static_cast<RecordKind>(i));
  counts.records_lost[static_cast<std::size_t>(RecordKind::kHostDelta)] += hosts_.lost();
  return counts;
}

}  // namespace mailtap
