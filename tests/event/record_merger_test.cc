// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <memory>
#include <thread>

#include "event/record_merger.h"
#include "event/record_sender.h"
#include "random_records.h"
#include "told_times.h"

namespace mailtap {
namespace {

struct Told {
  RecordHead head;
  std::vector<std::uint8_t> fields;
  bool operator==(const Told& other) const {
    return head.time == other.head.time && head.flow_id == other.head.flow_id &&
           head.sequence == other.head.sequence && head.kind == other.head.kind && fields == other.fields;
  }
};

struct Channels {
  Channels(std::size_t workers, std::size_t buffers) {
    EventSettings settings;
    settings.buffer_bytes = kRecordBufferBytesMin;
    settings.buffers = buffers;
    for (std::size_t i = 0; i < workers; ++i) {
      owned.push_back(std::make_unique<RecordChannel>(settings, WhenFull::kWait, &control));
      all.push_back(owned.back().get());
    }
  }
  Doorbell control;
  std::vector<std::unique_ptr<RecordChannel>> owned;
  std::vector<RecordChannel*> all;
};

// The same capture for every number of workers: many flows, several records at one instant, some of no flow.
std::vector<TransactionRecord> make_capture(RandomRecords& random) {
  std::vector<TransactionRecord> records;
  std::vector<std::uint32_t> sequences(40, 0);
  for (TimeNs time = 0; time < 1500; ++time) {
    for (std::uint64_t n = random.number(4); n > 0; --n) {
      TransactionRecord record = random.transaction(4);
      const std::uint64_t flow = random.number(40);
      record.head.time = time;
      record.head.flow_id = flow;
      record.head.sequence = flow == 0 ? 0 : sequences[flow]++;
      records.push_back(record);
    }
  }
  return records;
}

// One worker: its share of the capture in order, in bursts, with pauses that differ from run to run.
void work(RecordChannel& channel, const std::vector<TransactionRecord>& capture, std::size_t worker,
          std::size_t workers, std::uint32_t seed) {
  RecordSender sender(channel);
  RandomRecords random(seed);
  for (const TransactionRecord& record : capture) {
    if (random.number(5) == 0) sender.reached(record.head.time);
    if (random.number(400) == 0) std::this_thread::yield();
    const std::size_t owner =
        record.head.flow_id == 0 ? record.size % workers : record.head.flow_id % workers;
    if (owner == worker) sender.send(record);
  }
  sender.finish();
}

std::vector<Told> run(const std::vector<TransactionRecord>& capture, std::size_t workers,
                      std::uint32_t seed) {
  Channels channels(workers, 2);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < workers; ++i) {
    threads.emplace_back(
        [&, i] { work(*channels.all[i], capture, i, workers, seed + static_cast<std::uint32_t>(i)); });
  }
  RecordMerger merger(channels.all, 0);
  std::vector<Told> told;
  while (!merger.finished()) {
    const auto ticket = channels.control.ticket();
    const std::size_t n = merger.merge([&told](const ArrivedRecord& record) {
      told.push_back({record.head, {record.fields.begin(), record.fields.end()}});
    });
    if (n == 0 && !merger.finished()) channels.control.wait(ticket);
  }
  for (auto& thread : threads) thread.join();
  return told;
}

TEST(RecordMerger, TellsTheSameInTheSameOrderForEveryNumberOfWorkersAndEveryTiming) {
  RandomRecords random(11);
  const auto capture = make_capture(random);
  const auto one = run(capture, 1, 1);
  ASSERT_EQ(one.size(), capture.size());
  for (std::size_t i = 1; i < one.size(); ++i) EXPECT_LE(one[i - 1].head.time, one[i].head.time);
  std::vector<std::uint32_t> next(40, 0);
  for (const Told& told : one) {
    if (told.head.flow_id != 0) {
      EXPECT_EQ(told.head.sequence, next[told.head.flow_id]++);
    }
  }
  for (std::uint32_t seed = 100; seed < 104; ++seed) {
    EXPECT_TRUE(run(capture, 2, seed) == one) << "2 workers, seed " << seed;
    EXPECT_TRUE(run(capture, 4, seed) == one) << "4 workers, seed " << seed;
  }
}

TEST(RecordMerger, TellsNothingThatTheSlowestWorkerMayStillPrecede) {
  Channels channels(2, 4);
  RecordSender fast(*channels.all[0]);
  RecordSender slow(*channels.all[1]);
  RecordMerger merger(channels.all, 0);
  fast.send(anomaly_at(10, 1));
  fast.send(anomaly_at(20, 1));
  fast.reached(30);
  EXPECT_TRUE(take_times(merger).empty());
  EXPECT_EQ(merger.waiting(), 2u);
  slow.send(anomaly_at(10, 2));
  slow.reached(20);
  EXPECT_EQ(take_times(merger), (std::vector<TimeNs>{10, 10}));
  slow.reached(21);
  EXPECT_EQ(take_times(merger), (std::vector<TimeNs>{20}));
  EXPECT_EQ(merger.waiting_bytes(), 0u);
}

// With two buffers a worker and the other worker's mark not moving at all, the fast one still gets through:
// its buffers come back although none of its records may be told.
TEST(RecordMerger, NeverLetsAWorkerWaitForAnotherWorker) {
  Channels channels(2, 2);
  std::thread fast([&channels] {
    RecordSender sender(*channels.all[0]);
    for (TimeNs time = 0; time < 5000; ++time) {
      sender.send(anomaly_at(time, 1));
      sender.reached(time);
    }
    sender.finish();
  });
  RecordMerger merger(channels.all, 0);
  while (channels.all[0]->watermark().reached() != kTimeMax) {
    const auto ticket = channels.control.ticket();
    EXPECT_TRUE(take_times(merger).empty());
    if (channels.all[0]->watermark().reached() != kTimeMax) channels.control.wait(ticket);
  }
  fast.join();
  EXPECT_TRUE(take_times(merger).empty());
  EXPECT_EQ(merger.waiting(), 5000u);
  RecordSender(*channels.all[1]).finish();
  EXPECT_EQ(take_times(merger).size(), 5000u);
  EXPECT_TRUE(merger.finished());
}

TEST(RecordMerger, PassesALiveWorkerThatIsSilentBeyondTheBoundAndCountsIt) {
  Channels channels(2, 4);
  RecordSender busy(*channels.all[0]);
  RecordSender silent(*channels.all[1]);
  RecordMerger merger(channels.all, 100);
  silent.reached(1000);
  busy.send(anomaly_at(1050, 1));
  busy.reached(1100);
  EXPECT_TRUE(take_times(merger).empty());
  EXPECT_EQ(merger.times_passed(), 0u);
  busy.reached(1101);
  EXPECT_EQ(take_times(merger), (std::vector<TimeNs>{1050}));
  EXPECT_EQ(merger.times_passed(), 1u);
}

}  // namespace
}  // namespace mailtap
