// SPDX-License-Identifier: Apache-2.0
// The last StatsRecord of each worker, and their sum. Control core only.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "event/stats_record.h"

namespace mailtap {

// Owned, because a record's names are gone with it. Ordered, so that outputs are.
using NamedSums = std::map<std::string, std::uint64_t, std::less<>>;

struct WorkerStats {
  StatsCounts counts;
  NamedSums drops;
  NamedSums cycles;

  void add(const WorkerStats& other);
};

class StatsTotals {
 public:
  void take(const StatsRecord& record);
  // What the control core itself counts: "workers_passed", "events_unwritten", ... ; told as stats.control.
  void note(std::string_view name, std::uint64_t count) {
    control_.insert_or_assign(std::string(name), count);
  }

  const std::map<std::uint16_t, WorkerStats>& workers() const { return workers_; }
  const NamedSums& control() const { return control_; }
  WorkerStats sum() const;

 private:
  std::map<std::uint16_t, WorkerStats> workers_;
  NamedSums control_;
};

}  // namespace mailtap
