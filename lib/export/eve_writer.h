// SPDX-License-Identifier: Apache-2.0
// Writes eve.json: one event a line, as EVENTS.md says. Lines are collected and written in large blocks; a
// line is written whole or not at all. Control core only; grows its buffers to the longest line and allocates
// no further for records.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "event/records.h"
#include "export/export_settings.h"
#include "export/flow_text.h"
#include "export/json_writer.h"
#include "export/line_file.h"
#include "export/stats_totals.h"
#include "export/time_text.h"
#include "export/username_cover.h"

namespace mailtap {

class EveWriter {
 public:
  // `username_key` outlives this; may be null unless user names are hidden.
  static Result<std::unique_ptr<EveWriter>> open(const std::string& path, LineFile::Mode mode,
                                                 const ExportSettings& settings,
                                                 const KeyedHash* username_key);
  EveWriter(std::unique_ptr<LineFile> file, const ExportSettings& settings, const KeyedHash* username_key);

  void write(const TransactionRecord& record);
  void write(const AuthRecord& record);
  void write(const SessionRecord& record);
  void write(const AnomalyRecord& record);
  void write(const HostSummary& host, TimeNs time);
  void write(const Alert& alert);
  void write(const StatsTotals& totals, TimeNs time, bool final);

  // Writes out what is collected. Live: at least once an interval, and at the end. What it answers is
  // status().
  const Status& flush();
  const Status& status() const { return file_->status(); }

  std::uint64_t events() const { return events_; }  // unwritten ones included
  std::uint64_t events_unwritten() const { return file_->lines_unwritten(); }

 private:
  void begin(TimeNs time, std::string_view event_type);
  void end();
  void flow_members(const RecordHead& head, const FlowFacts& flow);
  void session_anomaly(const AnomalyRecord& record);
  void decode_anomaly(const AnomalyRecord& record);
  void loss(const FlowFacts& flow, bool record_truncated, std::uint64_t records_lost = 0);
  void recipients(const TransactionRecord& record);
  void mail_params(const MailParams& params);
  void secret(const AuthRecord& record);
  void commands_and_replies(const SessionRecord& record);
  void starttls(const SessionRecord& record);
  void alert_tuple(const Alert& alert);
  void alert_members(const Alert& alert);
  void detection(const Alert& alert);
  void stats_of(const WorkerStats& stats);
  void named(std::string_view name, const NamedSums& sums);
  void time_member(std::string_view name, TimeNs time) { json_.member(name, time_.text(time)); }

  std::unique_ptr<LineFile> file_;
  std::size_t block_bytes_;
  LineBuffer lines_;
  JsonWriter json_;
  TimeText clock_;  // of `timestamp`, apart from other times so that its second stays
  TimeText time_;
  UsernameCover usernames_;
  std::string sensor_member_;
  FlowText flows_;
  std::uint64_t events_ = 0;
  std::string sealed_text_;
};

}  // namespace mailtap
