// SPDX-License-Identifier: Apache-2.0
// The control core: takes the records of all workers in their one order, lets the detectors and host totals
// judge them, and tells what is worth telling. Whatever falls due (a detection closes, an interval ends) is
// told in its place between the records. One thread, the one that calls run().
#pragma once

#include <cstdint>
#include <vector>

#include "detect/detection_room.h"
#include "event/record_merger.h"
#include "export/eve_writer.h"
#include "export/report.h"
#include "export/stats_totals.h"
#include "host/host_totals.h"
#include "pipelines/loss_ledger.h"
#include "pipelines/worker_parts.h"

namespace mailtap {

// What the control core tells. Both outlive it; `eve` may be null (no files are written).
struct ControlParts {
  EveWriter* eve = nullptr;
  Report* report = nullptr;
};

class Control final : private AlertSink, private HostSink {
 public:
  // `parts` and channels outlive it. `bell`: rung by workers when there is something (replay); null: it looks
  // by itself.
  Control(const WorkerParts& parts, ControlParts sinks, const std::vector<RecordChannel*>& channels,
          Doorbell* bell);

  // Until every worker has finished and everything is told and written.
  void run();

  const StatsTotals& stats() const { return stats_; }  // after run()

 private:
  void tell(const ArrivedRecord& arrived);
  void advance(TimeNs now);
  template <typename Record>
  void take(const Record& record);  // eve, report and detectors all want it
  void take(const TransactionRecord& record);
  void count_distinct(const TransactionRecord& record);
  void take(const AnomalyRecord& record);
  void take(const ProbeRecord& record);
  void take(const FindingRecord& record);
  void take(const HostDeltaRecord& record);
  void take(const StatsRecord& record);
  template <typename Record>
  void read_and_take(const ArrivedRecord& arrived);
  void wait(std::uint32_t ticket);
  void finish();
  void note_losses();

  void on_alert(const Alert& alert) override;
  void on_host(const HostSummary& host, TimeNs time) override;

  const WorkerParts& parts_;
  ControlParts sinks_;
  std::vector<RecordChannel*> channels_;
  Doorbell* bell_;
  RecordMerger merger_;
  RecordScratch scratch_;
  std::vector<std::uint64_t> recipient_hashes_;  // of the record in hand; as many as a record lists
  DetectionRoom detection_;
  HostTotals hosts_;
  StatsTotals stats_;
  LossLedger losses_;
  TimeNs stats_due_ = kTimeMin;
  TimeNs last_time_ = kTimeMin;  // of what was told
};

}  // namespace mailtap
