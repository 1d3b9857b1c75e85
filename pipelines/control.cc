// SPDX-License-Identifier: Apache-2.0
#include "pipelines/control.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/check.h"

namespace mailtap {
namespace {

constexpr std::chrono::milliseconds kLookAgain{5};  // live: how late an event may be told

}  // namespace

Control::Control(const WorkerParts& parts, ControlParts sinks, const std::vector<RecordChannel*>& channels,
                 Doorbell* bell)
    : parts_(parts),
      sinks_(sinks),
      channels_(channels),
      bell_(bell),
      merger_(channels, parts.lossless ? 0 : parts.event.worker_silent_ns_max),
      detection_(parts.detect, *this, parts.seed + 2),
      hosts_(parts.host, *this, parts.seed + 3) {}

void Control::run() {
  while (!merger_.finished()) {
    const std::uint32_t ticket = bell_ == nullptr ? 0 : bell_->ticket();
    note_losses();
    const std::size_t told = merger_.merge([this](const ArrivedRecord& arrived) { tell(arrived); });
    if (merger_.told_until() != kTimeMax) advance(merger_.told_until());
    if (told == 0 && !merger_.finished()) wait(ticket);
  }
  finish();
}

void Control::wait(std::uint32_t ticket) {
  if (sinks_.eve != nullptr && (bell_ == nullptr || parts_.prompt)) sinks_.eve->flush();
  if (bell_ != nullptr) return bell_->wait(ticket);
  std::this_thread::sleep_for(kLookAgain);
}

// What is due before something that happened at `now`, the earliest first.
void Control::advance(TimeNs now) {
  for (;;) {
    const TimeNs detection = detection_.next_due();
    const TimeNs hosts = hosts_.next_due();
    const TimeNs due = std::min(detection, hosts);
    if (due > now) return;
    if (hosts <= detection)
      hosts_.advance(due);
    else
      detection_.advance(due);
  }
}

void Control::tell(const ArrivedRecord& arrived) {
  last_time_ = std::max(last_time_, arrived.head.time);
  advance(arrived.head.time);
  switch (arrived.head.kind) {
    case RecordKind::kTransaction: return read_and_take<TransactionRecord>(arrived);
    case RecordKind::kAuth: return read_and_take<AuthRecord>(arrived);
    case RecordKind::kSession: return read_and_take<SessionRecord>(arrived);
    case RecordKind::kAnomaly: return read_and_take<AnomalyRecord>(arrived);
    case RecordKind::kProbe: return read_and_take<ProbeRecord>(arrived);
    case RecordKind::kFinding: return read_and_take<FindingRecord>(arrived);
    case RecordKind::kHostDelta: return read_and_take<HostDeltaRecord>(arrived);
    case RecordKind::kStats: return read_and_take<StatsRecord>(arrived);
    case RecordKind::kCount: break;
  }
}

template <typename Record>
void Control::read_and_take(const ArrivedRecord& arrived) {
  Record record;
  MAILTAP_CHECK(arrived.read_as(record, scratch_));  // written by ourselves
  take(record);
}

template <typename Record>
void Control::take(const Record& record) {
  if (sinks_.eve != nullptr) sinks_.eve->write(record);
  if (sinks_.report != nullptr) sinks_.report->take(record);
  detection_.take(record);
}

void Control::take(const TransactionRecord& record) {
  count_distinct(record);
  take<TransactionRecord>(record);
}

// Each host's row is looked up once, whatever the number of recipients.
void Control::count_distinct(const TransactionRecord& record) {
  recipient_hashes_.clear();
  for (const Recipient& recipient : record.recipients)
    recipient_hashes_.push_back(distinct_hash(recipient.address));
  const std::uint64_t sender = distinct_hash(record.mail_from);
  const std::uint64_t server = distinct_hash(record.flow.server);
  DistinctHashes hashes;
  hashes[static_cast<std::size_t>(DistinctKind::kRecipients)] = recipient_hashes_;
  if (record.has_mail) hashes[static_cast<std::size_t>(DistinctKind::kSenders)] = {&sender, 1};
  hosts_.add_distinct({Role::kServer, record.flow.server}, hashes, record.head.time);
  if (record.has_mail) hashes[static_cast<std::size_t>(DistinctKind::kServers)] = {&server, 1};
  hosts_.add_distinct({Role::kClient, record.flow.client}, hashes, record.head.time);
}

void Control::take(const AnomalyRecord& record) {
  if (sinks_.eve != nullptr) sinks_.eve->write(record);
}

void Control::take(const ProbeRecord& record) {
  if (sinks_.report != nullptr) sinks_.report->take(record);
  detection_.take(record);
}

void Control::take(const FindingRecord& record) { detection_.take(record); }

void Control::take(const HostDeltaRecord& record) { hosts_.add(record); }

void Control::take(const StatsRecord& record) {
  stats_.take(record);
  if (record.head.time < stats_due_) return;
  if (stats_due_ != kTimeMin && sinks_.eve != nullptr) sinks_.eve->write(stats_, record.head.time, false);
  stats_due_ = interval_end_of(record.head.time, parts_.pipeline.stats_interval_ns);
}

void Control::on_alert(const Alert& alert) {
  Alert told = alert;
  note_losses();
  const TimeNs window_begin = alert.time - static_cast<DurationNs>(alert.window_s) * kSecondNs;
  told.records_lost = losses_.since(std::min(alert.first_seen, window_begin));
  if (sinks_.eve != nullptr) sinks_.eve->write(told);
  if (sinks_.report != nullptr) sinks_.report->take(told);
}

void Control::on_host(const HostSummary& host, TimeNs time) {
  if (sinks_.eve != nullptr) sinks_.eve->write(host, time);
}

// Of all kinds and workers. One that has finished loses nothing more.
void Control::note_losses() {
  std::uint64_t lost = 0;
  TimeNs reached = last_time_;
  for (const RecordChannel* channel : channels_) {
    for (std::size_t kind = 0; kind < kRecordKinds; ++kind)
      lost += channel->lost(static_cast<RecordKind>(kind));
    const TimeNs mark = channel->watermark().reached();
    if (mark != kTimeMax) reached = std::max(reached, mark);
  }
  losses_.note(lost, reached);
}

void Control::finish() {
  if (last_time_ == kTimeMin) last_time_ = 0;  // not a single packet
  advance(last_time_);
  hosts_.finish(last_time_);
  detection_.finish(last_time_);
  stats_.note("workers_passed", merger_.times_passed());
  stats_.note("hosts_told_early", hosts_.early());
  stats_.note("detection_subjects_evicted", detection_.counters().subjects_evicted);
  stats_.note("detections_closed_early", detection_.counters().closed_early);
  if (sinks_.eve == nullptr) return;
  stats_.note("events_unwritten", sinks_.eve->events_unwritten());
  sinks_.eve->write(stats_, last_time_, true);
  sinks_.eve->flush();
}

}  // namespace mailtap
