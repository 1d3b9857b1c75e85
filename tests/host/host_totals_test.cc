// SPDX-License-Identifier: Apache-2.0
#include "host/host_totals.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace mailtap {
namespace {

constexpr DurationNs kInterval = 300 * kSecondNs;
constexpr TimeNs kDay = 1'700'006'400 * kSecondNs;

IpAddress address(unsigned n) {
  const std::uint8_t four[] = {10, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
  return IpAddress::from_v4(four);
}

HostDeltaRecord delta(unsigned n, HostColumn column, std::uint64_t count, TimeNs time = kDay) {
  HostDeltaRecord record;
  record.ip = address(n);
  record.interval_end = interval_end_of(time, kInterval);
  record.interval_start = record.interval_end - kInterval;
  record.head.time = time;
  record.count(column) = count;
  return record;
}

struct Told {
  HostSummary host;
  TimeNs time;
};

class Catcher final : public HostSink {
 public:
  void on_host(const HostSummary& host, TimeNs time) override { told.push_back({host, time}); }
  std::vector<Told> told;
};

class HostTotalsTest : public ::testing::Test {
 protected:
  HostTotals& totals() {
    if (totals_ == nullptr) totals_ = std::make_unique<HostTotals>(settings, sink, 7);
    return *totals_;
  }
  HostSettings settings;
  Catcher sink;

 private:
  std::unique_ptr<HostTotals> totals_;
};

TEST_F(HostTotalsTest, AddsTheDeltasOfAllWorkers) {
  totals().add(delta(1, HostColumn::kMessages, 2));
  totals().add(delta(1, HostColumn::kMessages, 5));
  totals().advance(kDay + kInterval);
  ASSERT_EQ(sink.told.size(), 1U);
  EXPECT_EQ(sink.told[0].host.count(HostColumn::kMessages), 7U);
  EXPECT_EQ(sink.told[0].host.interval_start, kDay);
  EXPECT_EQ(sink.told[0].host.interval_end, kDay + kInterval);
  EXPECT_EQ(sink.told[0].time, kDay + kInterval);
}

TEST_F(HostTotalsTest, TellsAnIntervalWhenItHasEndedAndNotBefore) {
  EXPECT_EQ(totals().next_due(), kTimeMax);
  totals().add(delta(1, HostColumn::kSessions, 1));
  EXPECT_EQ(totals().next_due(), kDay + kInterval);
  totals().advance(kDay + kInterval - 1);
  EXPECT_TRUE(sink.told.empty());
  totals().advance(kDay + kInterval);
  EXPECT_EQ(sink.told.size(), 1U);
  EXPECT_EQ(totals().next_due(), kTimeMax);
}

TEST_F(HostTotalsTest, TellsNothingForTheYearsInWhichNothingHappened) {
  totals().add(delta(1, HostColumn::kSessions, 1));
  totals().advance(kDay + 100'000'000 * kSecondNs);
  totals().add(delta(1, HostColumn::kSessions, 1, kDay + 100'000'000 * kSecondNs));
  totals().finish(kDay + 100'000'001 * kSecondNs);
  ASSERT_EQ(sink.told.size(), 2U);
  EXPECT_EQ(sink.told[0].time, kDay + kInterval);
  EXPECT_EQ(sink.told[1].time, kDay + 100'000'001 * kSecondNs);
}

TEST_F(HostTotalsTest, TellsClientsBeforeServersAndEachByAddress) {
  std::vector<HostDeltaRecord> records;
  for (unsigned n = 0; n < 40; ++n) {
    records.push_back(delta(n * 7 % 40, HostColumn::kSessions, 1));
    records.push_back(delta(n * 7 % 40, HostColumn::kSessions, 1));
    records.back().role = Role::kServer;
  }
  for (const HostDeltaRecord& record : records) totals().add(record);
  totals().finish(kDay);
  ASSERT_EQ(sink.told.size(), 80U);
  EXPECT_TRUE(std::is_sorted(sink.told.begin(), sink.told.end(), [](const Told& a, const Told& b) {
    return HostKey{a.host.role, a.host.ip} < HostKey{b.host.role, b.host.ip};
  }));
  EXPECT_EQ(sink.told[0].host.role, Role::kClient);
}

TEST_F(HostTotalsTest, TellsHostsAtTheFloorAndTheFirstOfEachColumn) {
  settings.floor = 10;
  settings.top = 1;
  totals().add(delta(1, HostColumn::kMessages, 10));
  totals().add(delta(2, HostColumn::kMessages, 9));
  totals().add(delta(3, HostColumn::kVrfy, 2));
  totals().add(delta(4, HostColumn::kVrfy, 1));
  totals().add(delta(5, HostColumn::kBytes, 1'000'000));
  totals().advance(kDay + kInterval);
  std::vector<IpAddress> told;
  for (const Told& row : sink.told) told.push_back(row.host.ip);
  EXPECT_EQ(told, (std::vector{address(1), address(3), address(5)}));
}

TEST_F(HostTotalsTest, CountsDistinctThingsByKind) {
  const HostKey key{Role::kClient, address(1)};
  for (const char* mailbox : {"<a@x>", "<b@x>", "<A@X>"}) {
    totals().add_distinct(key, DistinctKind::kRecipients, distinct_hash(mailbox), kDay);
  }
  totals().add_distinct(key, DistinctKind::kServers, distinct_hash(address(9)), kDay);
  totals().add(delta(1, HostColumn::kMessages, 1));
  totals().advance(kDay + kInterval);
  ASSERT_EQ(sink.told.size(), 1U);
  EXPECT_EQ(sink.told[0].host.distinct_recipients, 2U);
  EXPECT_EQ(sink.told[0].host.distinct_senders, 0U);
  EXPECT_EQ(sink.told[0].host.distinct_servers, 1U);
}

TEST_F(HostTotalsTest, TellsTheLeastActiveEarlyAtTheLimitAndLosesNoCount) {
  settings.hosts = 64;
  std::uint64_t given = 0;
  for (unsigned n = 0; n < 1000; ++n) {
    totals().add(delta(n, HostColumn::kMessages, 1 + n % 10));
    totals().add(delta(5000, HostColumn::kMessages, 100));
    given += 1 + n % 10 + 100;
    EXPECT_LE(totals().size(), 64U);
  }
  totals().advance(kDay + kInterval);
  std::uint64_t told = 0;
  unsigned busy_rows = 0;
  for (const Told& row : sink.told) {
    told += row.host.count(HostColumn::kMessages);
    if (row.host.ip == address(5000)) ++busy_rows;
  }
  EXPECT_EQ(told, given);
  EXPECT_GT(totals().early(), 0U);
  EXPECT_EQ(busy_rows, 1U);  // a flood of addresses does not push out the busy one
}

TEST_F(HostTotalsTest, HoldsItsSketchesToTheirBytes) {
  settings.sketch_bytes = kHostSketchBytesMin;
  for (unsigned n = 0; n < 200; ++n) {
    for (unsigned i = 0; i < DistinctSketch::kExactMax + 1; ++i) {
      totals().add_distinct({Role::kClient, address(n)}, DistinctKind::kRecipients,
                            distinct_hash("u" + std::to_string(i)), kDay);
    }
  }
  EXPECT_GT(totals().early(), 0U);
  EXPECT_LE(totals().size() * DistinctSketch::kBytesMax, kHostSketchBytesMin + 2 * DistinctSketch::kBytesMax);
}

TEST_F(HostTotalsTest, CountsADeltaOfAnIntervalThatIsOverAsLateInTheOpenOne) {
  totals().add(delta(1, HostColumn::kMessages, 1, kDay + kInterval));
  totals().add(delta(1, HostColumn::kMessages, 2, kDay));
  EXPECT_EQ(totals().late(), 1U);
  totals().advance(kDay + 2 * kInterval);
  ASSERT_EQ(sink.told.size(), 1U);
  EXPECT_EQ(sink.told[0].host.count(HostColumn::kMessages), 3U);
}

TEST_F(HostTotalsTest, TellsTheSameWhateverTheOrderAndTheSeed) {
  std::vector<HostDeltaRecord> records;
  for (unsigned n = 0; n < 300; ++n) records.push_back(delta(n % 90, HostColumn::kMessages, n));
  settings.floor = 1000;
  settings.top = 3;
  for (const HostDeltaRecord& record : records) totals().add(record);
  totals().finish(kDay);
  std::shuffle(records.begin(), records.end(), std::mt19937(3));
  Catcher other_sink;
  HostTotals other(settings, other_sink, 99);
  for (const HostDeltaRecord& record : records) other.add(record);
  other.finish(kDay);
  ASSERT_EQ(sink.told.size(), other_sink.told.size());
  for (std::size_t i = 0; i < sink.told.size(); ++i) {
    EXPECT_EQ(sink.told[i].host.ip, other_sink.told[i].host.ip);
    EXPECT_EQ(sink.told[i].host.counts, other_sink.told[i].host.counts);
  }
}

}  // namespace
}  // namespace mailtap
