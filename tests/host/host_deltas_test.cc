// SPDX-License-Identifier: Apache-2.0
#include "host/host_deltas.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>
#include <utility>
#include <vector>

namespace mailtap {
namespace {

constexpr DurationNs kInterval = 300 * kSecondNs;
constexpr TimeNs kDay = 1'700'006'400 * kSecondNs;  // a multiple of 300 s

HostSettings settings_with(std::size_t hosts) {
  HostSettings settings;
  settings.worker_hosts = hosts;
  return settings;
}

HostKey host(unsigned n, Role role = Role::kClient) {
  const std::uint8_t four[] = {10, 0, static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)};
  return {role, IpAddress::from_v4(four)};
}

struct Catcher {
  std::vector<HostDeltaRecord> records;
  bool open = true;
  bool operator()(const HostDeltaRecord& record) {
    if (open) records.push_back(record);
    return open;
  }
};

TEST(HostInterval, EndsAtTheNextWholeMultipleOfItsLength) {
  EXPECT_EQ(interval_end_of(kDay, kInterval), kDay + kInterval);
  EXPECT_EQ(interval_end_of(kDay - 1, kInterval), kDay);
  EXPECT_EQ(interval_end_of(kDay + kInterval - 1, kInterval), kDay + kInterval);
  EXPECT_EQ(interval_end_of(-1, kInterval), 0);
  EXPECT_EQ(interval_end_of(-kInterval, kInterval), 0);
}

TEST(HostDeltas, AddsUpByAddressAndRole) {
  HostDeltas deltas(settings_with(64), 1);
  deltas.add(host(1), HostColumn::kMessages, 2, kDay);
  deltas.add(host(1), HostColumn::kMessages, 3, kDay + 1);
  deltas.add(host(1, Role::kServer), HostColumn::kBytes, 7, kDay);
  Catcher caught;
  EXPECT_TRUE(deltas.drain(kDay + kInterval, caught));
  ASSERT_EQ(caught.records.size(), 2U);
  EXPECT_EQ(caught.records[0].count(HostColumn::kMessages), 5U);
  EXPECT_EQ(caught.records[0].role, Role::kClient);
  EXPECT_EQ(caught.records[1].count(HostColumn::kBytes), 7U);
  EXPECT_EQ(caught.records[1].role, Role::kServer);
}

TEST(HostDeltas, LeaveWhenTheirIntervalHasEndedAndNotBefore) {
  HostDeltas deltas(settings_with(64), 1);
  EXPECT_EQ(deltas.next_due(), kTimeMax);
  deltas.add(host(1), HostColumn::kSessions, 1, kDay + 5);
  EXPECT_EQ(deltas.next_due(), kDay + kInterval);
  Catcher caught;
  deltas.drain(kDay + kInterval - 1, caught);
  EXPECT_TRUE(caught.records.empty());
  deltas.drain(kDay + kInterval, caught);
  ASSERT_EQ(caught.records.size(), 1U);
  EXPECT_EQ(caught.records[0].interval_start, kDay);
  EXPECT_EQ(caught.records[0].interval_end, kDay + kInterval);
  EXPECT_EQ(caught.records[0].head.time, kDay + kInterval - 1);
  EXPECT_EQ(deltas.size(), 0U);
}

TEST(HostDeltas, KeepTwoIntervalsOfAHostApart) {
  HostDeltas deltas(settings_with(64), 1);
  deltas.add(host(1), HostColumn::kSessions, 1, kDay);
  deltas.add(host(1), HostColumn::kSessions, 2, kDay + kInterval);
  Catcher caught;
  deltas.drain(kDay + kInterval, caught);
  ASSERT_EQ(caught.records.size(), 1U);
  EXPECT_EQ(caught.records[0].count(HostColumn::kSessions), 1U);
  deltas.finish(kDay + kInterval + 9, caught);
  ASSERT_EQ(caught.records.size(), 2U);
  EXPECT_EQ(caught.records[1].count(HostColumn::kSessions), 2U);
  EXPECT_EQ(caught.records[1].head.time, kDay + kInterval + 9);
}

TEST(HostDeltas, StayWhileTheQueueIsFull) {
  HostDeltas deltas(settings_with(64), 1);
  deltas.add(host(1), HostColumn::kSessions, 1, kDay);
  Catcher caught;
  caught.open = false;
  EXPECT_FALSE(deltas.drain(kDay + kInterval, caught));
  EXPECT_EQ(deltas.size(), 1U);
  caught.open = true;
  EXPECT_TRUE(deltas.drain(kDay + kInterval, caught));
  EXPECT_EQ(caught.records.size(), 1U);
}

TEST(HostDeltas, LeaveEarlyWhenTheTableIsCloseToFull) {
  HostDeltas deltas(settings_with(64), 1);
  for (unsigned n = 0; n < 56; ++n) deltas.add(host(n), HostColumn::kSessions, 1, kDay);
  EXPECT_EQ(deltas.next_due(), kDay + kInterval);
  deltas.add(host(56), HostColumn::kSessions, 1, kDay);
  EXPECT_EQ(deltas.next_due(), kTimeMin);
  Catcher caught;
  deltas.drain(kDay + 3, caught);
  ASSERT_EQ(caught.records.size(), 1U);
  EXPECT_EQ(caught.records[0].ip, host(0).ip);
  EXPECT_EQ(caught.records[0].head.time, kDay + 3);
  EXPECT_EQ(caught.records[0].interval_end, kDay + kInterval);
  EXPECT_EQ(deltas.early(), 1U);
}

TEST(HostDeltas, CountWhatFoundNoRoom) {
  HostDeltas deltas(settings_with(64), 1);
  for (unsigned n = 0; n < 70; ++n) deltas.add(host(n), HostColumn::kSessions, 1, kDay);
  EXPECT_EQ(deltas.size(), 64U);
  EXPECT_EQ(deltas.lost(), 6U);
}

// Any traffic, any size of table, any interruption by a full queue: the deltas of a host and interval add up
// to what a plain map says.
TEST(HostDeltas, AddUpToANaiveModel) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    std::mt19937 random(seed);
    HostDeltas deltas(settings_with(64 + random() % 200), seed);
    std::map<std::tuple<HostKey, TimeNs, unsigned>, std::uint64_t> truth;
    std::map<std::tuple<HostKey, TimeNs, unsigned>, std::uint64_t> sums;
    std::set<std::pair<HostKey, TimeNs>> waiting;
    const auto take = [&sums, &waiting](const HostDeltaRecord& record) {
      waiting.erase({HostKey{record.role, record.ip}, record.interval_end});
      for (unsigned column = 0; column < kHostColumns; ++column) {
        if (record.counts[column] == 0) continue;
        sums[{HostKey{record.role, record.ip}, record.interval_end, column}] += record.counts[column];
      }
      return true;
    };
    TimeNs now = kDay;
    for (unsigned step = 0; step < 20'000; ++step) {
      now += random() % 1000 == 0 ? 40 * kInterval : static_cast<TimeNs>(random() % kSecondNs);
      if (random() % 4 == 0 || deltas.next_due() == kTimeMin) deltas.drain(now, take);
      const HostKey key = host(random() % 500, random() % 2 == 0 ? Role::kClient : Role::kServer);
      const unsigned column = random() % kHostColumns;
      deltas.add(key, static_cast<HostColumn>(column), 1 + column, now);
      truth[{key, interval_end_of(now, kInterval), column}] += 1 + column;
      waiting.insert({key, interval_end_of(now, kInterval)});
      ASSERT_EQ(deltas.size(), waiting.size());  // no host is found twice, none is forgotten
    }
    deltas.finish(now, take);
    EXPECT_EQ(deltas.lost(), 0U);
    EXPECT_GT(deltas.early(), 0U);
    EXPECT_TRUE(sums == truth);
  }
}

}  // namespace
}  // namespace mailtap
