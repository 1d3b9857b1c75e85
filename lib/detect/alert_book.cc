// SPDX-License-Identifier: Apache-2.0
#include "detect/alert_book.h"

#include <algorithm>
#include <utility>

namespace mailtap {
namespace {

constexpr std::uint64_t kGrowth = 10;
constexpr std::uint64_t kCountMax = UINT64_MAX / kGrowth;

void add_flow(Alert& alert, std::uint64_t flow_id) {
  if (flow_id == 0 || alert.flows.size() >= AlertBook::kFlowsMax) return;
  if (std::find(alert.flows.begin(), alert.flows.end(), flow_id) == alert.flows.end()) {
    alert.flows.push_back(flow_id);
  }
}

void add_evidence(Alert& alert, std::string_view text) {
  text = text.substr(0, AlertBook::kEvidenceBytesMax);
  if (alert.evidence.size() >= AlertBook::kEvidenceMax) return;
  if (std::find(alert.evidence.begin(), alert.evidence.end(), text) == alert.evidence.end()) {
    alert.evidence.emplace_back(text);
  }
}

Alert alert_of(const Occurrence& occurrence) {
  const DetectorInfo& info = *occurrence.info;
  Alert alert;
  alert.signature_id = info.signature_id;
  alert.rev = info.rev;
  alert.severity = occurrence.severity;
  alert.signature = info.signature;
  alert.category = info.category;
  alert.mitre_technique_ids.assign(info.techniques.begin(), info.techniques.end());
  alert.detector = info.name;
  alert.subject = occurrence.subject;
  alert.window_s = static_cast<std::uint32_t>(occurrence.window_ns / kSecondNs);
  alert.threshold = occurrence.threshold;
  alert.first_seen = occurrence.first_seen;
  return alert;
}

}  // namespace

AlertBook::Key AlertBook::key_of(const Occurrence& occurrence) {
  return {occurrence.info->signature_id, occurrence.info->name, occurrence.subject.type,
          occurrence.subject.value};
}

// What an alert gains by an occurrence, be it the first or a later one.
void AlertBook::note(Alert& alert, const Occurrence& occurrence) {
  alert.count += std::min(occurrence.count, kCountMax - std::min(alert.count, kCountMax));
  alert.last_seen = occurrence.time;
  alert.severity = std::min(alert.severity, occurrence.severity);
  for (const std::uint64_t flow_id : occurrence.flows) add_flow(alert, flow_id);
  add_flow(alert, occurrence.flow_id);
  for (const std::string_view text : occurrence.evidence) add_evidence(alert, text);
  if (occurrence.flow != nullptr) {
    alert.flow = *occurrence.flow;
    alert.flow_id = occurrence.flow_id;
  }
}

bool AlertBook::grow(const Occurrence& occurrence) {
  const auto at = open_.find(key_of(occurrence));
  if (at == open_.end()) return false;
  Detection& detection = at->second;
  Alert& alert = detection.alert;
  note(alert, occurrence);
  if (alert.count < detection.next_telling) return true;
  while (detection.next_telling <= alert.count) detection.next_telling *= kGrowth;
  alert.state = AlertState::kGrown;
  alert.time = occurrence.time;
  sink_.on_alert(alert);
  return true;
}

void AlertBook::open(const Occurrence& occurrence) {
  if (grow(occurrence)) return;
  if (open_.size() >= limit_) make_room(occurrence.time);
  const auto at = open_.emplace(key_of(occurrence), Detection{}).first;
  Detection& detection = at->second;
  detection.alert = alert_of(occurrence);
  detection.alert.time = occurrence.time;
  note(detection.alert, occurrence);
  detection.window_ns = occurrence.window_ns;
  detection.next_telling = std::max<std::uint64_t>(detection.alert.count, 1) * kGrowth;
  detection.due = occurrence.time + occurrence.window_ns;
  due_.insert({detection.due, &at->first});
  sink_.on_alert(detection.alert);
}

void AlertBook::make_room(TimeNs now) {
  if (due_.empty()) return;
  ++closed_early_;
  close(open_.find(*due_.begin()->key), now);
}

void AlertBook::close(Open::iterator at, TimeNs time) {
  due_.erase({at->second.due, &at->first});
  Alert alert = std::move(at->second.alert);
  open_.erase(at);
  alert.state = AlertState::kClosed;
  alert.time = time;
  sink_.on_alert(alert);
}

// A place in due_ is moved only when it is reached: a detection that is seen a million times costs one move a
// window, not one a sight.
void AlertBook::advance(TimeNs now) {
  while (!due_.empty() && due_.begin()->time <= now) {
    const auto at = open_.find(*due_.begin()->key);
    Detection& detection = at->second;
    const TimeNs deadline = detection.alert.last_seen + detection.window_ns;
    if (deadline == detection.due) {
      close(at, deadline);
      continue;
    }
    due_.erase(due_.begin());
    detection.due = deadline;
    due_.insert({deadline, &at->first});
  }
}

void AlertBook::finish(TimeNs now) {
  advance(now);
  while (!open_.empty()) close(open_.begin(), now);
}

void AlertBook::tell_once(const Occurrence& occurrence, DurationNs period_ns) {
  const Key key = key_of(occurrence);
  const auto [at, is_new] = told_.try_emplace(key);
  Told& told = at->second;
  if (told.count++ == 0) told.first_seen = occurrence.time;
  const bool over = is_new || occurrence.time - told.time >= period_ns;
  if (!over && occurrence.severity >= told.severity) return;
  Alert alert = alert_of(occurrence);
  note(alert, occurrence);
  alert.time = occurrence.time;
  alert.count = told.count;
  alert.first_seen = told.first_seen;
  alert.window_s = static_cast<std::uint32_t>(period_ns / kSecondNs);
  if (!is_new) told_by_time_.erase({told.time, &at->first});
  remember(told, at->first, occurrence);
  sink_.on_alert(alert);
}

void AlertBook::remember(Told& told, const Key& key, const Occurrence& occurrence) {
  told = {occurrence.time, 0, 0, occurrence.severity};
  told_by_time_.insert({told.time, &key});
  if (told_.size() > limit_) forget_oldest();
}

void AlertBook::forget_oldest() {
  const Key key = *told_by_time_.begin()->key;
  told_by_time_.erase(told_by_time_.begin());
  told_.erase(key);
  ++forgotten_;
}

}  // namespace mailtap
