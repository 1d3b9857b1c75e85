// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "event/record_merger.h"
#include "event/record_sender.h"
#include "random_records.h"
#include "told_times.h"

namespace mailtap {
namespace {

EventSettings small_settings(std::size_t buffers = 2) {
  EventSettings settings;
  settings.buffer_bytes = kRecordBufferBytesMin;
  settings.buffers = buffers;
  return settings;
}

TEST(RecordSender, LiveLosesAndCountsByKindWhenNoBufferIsFree) {
  RecordChannel channel(small_settings(), WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  std::size_t sent = 0;
  while (sender.send(anomaly_at(1))) ++sent;
  EXPECT_GT(sent, 40u);
  EXPECT_FALSE(sender.send(ProbeRecord{}));
  EXPECT_FALSE(sender.send(ProbeRecord{}));
  EXPECT_EQ(channel.lost(RecordKind::kAnomaly), 1u);
  EXPECT_EQ(channel.lost(RecordKind::kProbe), 2u);
  RecordMerger merger({&channel}, 0);
  take_times(merger);
  EXPECT_TRUE(sender.send(ProbeRecord{}));
  sender.finish();
  std::size_t arrived = 0;
  merger.merge([&arrived](const ArrivedRecord&) { ++arrived; });
  EXPECT_EQ(arrived, sent + 1);
}

TEST(RecordSender, WhatIsLateButNeverLostIsRefusedWithoutACount) {
  RecordChannel channel(small_settings(), WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  while (sender.try_send(HostDeltaRecord{})) {
  }
  EXPECT_EQ(channel.lost(RecordKind::kHostDelta), 0u);
  RecordMerger merger({&channel}, 0);
  take_times(merger);
  EXPECT_TRUE(sender.try_send(HostDeltaRecord{}));
}

TEST(RecordSender, CutsARecordThatIsLongerThanABufferAndSaysSo) {
  RecordChannel channel(small_settings(4), WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  RandomRecords random(7);
  TransactionRecord record;
  record.recipients = random.recipients(600);
  record.recipients_sent = 600;
  ASSERT_TRUE(sender.send(anomaly_at(0)));
  ASSERT_TRUE(sender.send(record));
  ASSERT_TRUE(sender.send(anomaly_at(0)));
  sender.finish();
  EXPECT_EQ(channel.cut(), 1u);
  RecordMerger merger({&channel}, 0);
  RecordScratch scratch;
  std::size_t cut = 0;
  merger.merge([&](const ArrivedRecord& arrived) {
    if (!arrived.head.truncated) return;
    ++cut;
    TransactionRecord read;
    ASSERT_TRUE(arrived.read_as(read, scratch));
    EXPECT_EQ(read.recipients_sent, 600u);
    EXPECT_LT(read.recipients.size(), 600u);
  });
  EXPECT_EQ(cut, 1u);
}

TEST(RecordSender, NeverPublishesAMarkBeforeItsRecords) {
  RecordChannel channel(small_settings(4), WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  RecordMerger merger({&channel}, 0);
  TimeNs time = 1;
  for (; time <= 8; ++time) {  // more bursts than buffers, nobody takes them
    ASSERT_TRUE(sender.send(anomaly_at(time)));
    sender.reached(time + 1);
  }
  const TimeNs mark = channel.watermark().reached();
  EXPECT_LT(mark, time);
  const auto told = take_times(merger);
  ASSERT_FALSE(told.empty());
  EXPECT_EQ(told.back(), mark - 1);
  sender.finish();
  EXPECT_EQ(take_times(merger).size() + told.size(), 8u);
  EXPECT_EQ(channel.lost(RecordKind::kAnomaly), 0u);
  EXPECT_TRUE(merger.finished());
}

TEST(RecordSender, TellsAnIdleWorkersTime) {
  RecordChannel channel(small_settings(), WhenFull::kLose, nullptr);
  RecordSender sender(channel);
  RecordMerger merger({&channel}, 0);
  sender.reached(500);
  take_times(merger);
  EXPECT_EQ(merger.told_until(), 500);
  sender.reached(400);
  take_times(merger);
  EXPECT_EQ(merger.told_until(), 500);
}

TEST(RecordSender, WaitsAtTheEndOfALiveRunAndLosesNothing) {
  RecordChannel channel(small_settings(), WhenFull::kLose, nullptr);
  constexpr TimeNs kRecords = 5'000;
  std::thread worker([&channel] {
    RecordSender sender(channel);
    sender.wait_from_now();
    for (TimeNs time = 0; time < kRecords; ++time) sender.send(anomaly_at(time));
    sender.finish();
  });
  RecordMerger merger({&channel}, 0);
  std::size_t taken = 0;
  while (!merger.finished()) taken += take_times(merger).size();
  worker.join();
  EXPECT_EQ(taken, static_cast<std::size_t>(kRecords));
  EXPECT_EQ(channel.lost(RecordKind::kAnomaly), 0u);
}

TEST(RecordSender, WaitsInReplayAndLosesNothingWithTwoBuffers) {
  Doorbell control;
  RecordChannel channel(small_settings(), WhenFull::kWait, &control);
  constexpr TimeNs kRecords = 20'000;
  std::thread worker([&channel] {
    RecordSender sender(channel);
    for (TimeNs time = 0; time < kRecords; ++time) {
      sender.send(anomaly_at(time));
      if (time % 7 == 0) sender.reached(time);
    }
    sender.finish();
  });
  RecordMerger merger({&channel}, 0);
  TimeNs expected = 0;
  bool in_order = true;
  while (!merger.finished()) {
    const auto ticket = control.ticket();
    const std::size_t told = merger.merge(
        [&](const ArrivedRecord& record) { in_order = in_order && record.head.time == expected++; });
    if (told == 0 && !merger.finished()) control.wait(ticket);
  }
  worker.join();
  EXPECT_TRUE(in_order);
  EXPECT_EQ(expected, kRecords);
  EXPECT_EQ(channel.lost(RecordKind::kAnomaly), 0u);
}

}  // namespace
}  // namespace mailtap
