// SPDX-License-Identifier: Apache-2.0
#include "export/report_losses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "export/report.h"
#include "sample_events.h"

namespace mailtap {
namespace {

constexpr const char* kNothing = "What is missing\n  nothing\n";
constexpr std::size_t kWords = sizeof(StatsCounts) / sizeof(std::uint64_t);

StatsTotals totals_of(const StatsCounts& counts, std::span<const NamedCount> drops = {}) {
  StatsRecord record;
  record.counts = counts;
  record.drops = drops;
  StatsTotals totals;
  totals.take(record);
  return totals;
}

RunFacts facts_of(const StatsTotals& totals) {
  RunFacts facts;
  facts.stats = &totals;
  return facts;
}

std::string text_of(const RunFacts& facts) { return Report(ExportSettings{}, nullptr).text(facts, {}); }

bool is_nothing(const RunFacts& facts) { return text_of(facts).find(kNothing) != std::string::npos; }

// The counter that is the struct's word `index`, at 7.
StatsCounts with_word(std::size_t index) {
  StatsCounts counts;
  constexpr std::uint64_t kSeven = 7;
  std::memcpy(reinterpret_cast<char*>(&counts) + index * sizeof kSeven, &kSeven, sizeof kSeven);
  return counts;
}

bool is_no_loss(const StatsCounts& counts) {
  return std::any_of(kNoLoss.begin(), kNoLoss.end(), [&counts](auto member) { return counts.*member != 0; });
}

TEST(ReportLosses, TellEveryCounterThatIsNotStatedToBeNoLoss) {
  std::size_t told = 0;
  for (std::size_t word = 0; word < kWords; ++word) {
    const StatsCounts counts = with_word(word);
    const StatsTotals totals = totals_of(counts);
    EXPECT_EQ(is_nothing(facts_of(totals)), is_no_loss(counts)) << "word " << word << " of StatsCounts";
    told += is_no_loss(counts) ? 0u : 1u;
  }
  EXPECT_EQ(told, kWords - kNoLoss.size());
}

TEST(ReportLosses, TellAProgramTheSame) {
  for (std::size_t word = 0; word < kWords; ++word) {
    const StatsCounts counts = with_word(word);
    const StatsTotals totals = totals_of(counts);
    const std::string json = Report(ExportSettings{}, nullptr).json(facts_of(totals));
    const bool told = json.find(":7", json.find("\"missing\":{")) != std::string::npos;
    EXPECT_EQ(told, !is_no_loss(counts)) << "word " << word << " of StatsCounts: " << json;
  }
}

TEST(ReportLosses, TellRecordsByKind) {
  StatsCounts counts;
  counts.records_lost[static_cast<std::size_t>(RecordKind::kSession)] = 3;
  const StatsTotals totals = totals_of(counts);
  EXPECT_NE(text_of(facts_of(totals)).find("\n  3 session records lost"), std::string::npos);
}

TEST(ReportLosses, TellWhatTheControlCoreCountsWhateverItsName) {
  for (const char* name : {"workers_passed", "hosts_told_early", "detection_subjects_evicted",
                           "detections_closed_early", "a_counter_of_tomorrow"}) {
    StatsTotals totals;
    totals.note(name, 0);
    EXPECT_TRUE(is_nothing(facts_of(totals))) << name;
    totals.note(name, 1);
    EXPECT_FALSE(is_nothing(facts_of(totals))) << name;
  }
}

TEST(ReportLosses, TellDroppedPacketsButNotThoseThatAreNoTcp) {
  const NamedCount other[] = {{"not_ip", 5}, {"not_tcp", 9}};
  const StatsTotals quiet = totals_of({}, other);
  EXPECT_TRUE(is_nothing(facts_of(quiet)));
  const NamedCount fragments[] = {{"fragment", 5}};
  const StatsTotals totals = totals_of({}, fragments);
  EXPECT_NE(text_of(facts_of(totals)).find("\n  5 packets not read: fragment\n"), std::string::npos);
}

TEST(ReportLosses, TellEventsThatAreNotInTheFile) {
  RunFacts facts;
  facts.events_unwritten = 2;
  EXPECT_NE(text_of(facts).find("\n  2 events not written\n"), std::string::npos);
}

}  // namespace
}  // namespace mailtap
