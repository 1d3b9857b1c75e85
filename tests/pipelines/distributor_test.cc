// SPDX-License-Identifier: Apache-2.0
#include "pipelines/distributor.h"

#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "pipelines/steered_source.h"
#include "tests/pipelines/conversation.h"

namespace mailtap {
namespace {

std::vector<MemoryFrame> frames_of(std::size_t conversations) {
  std::vector<MemoryFrame> all;
  for (std::size_t i = 0; i < conversations; ++i) {
    auto frames = Conversation(1, static_cast<std::uint16_t>(20'000 + i), 25, kSecondNs)
                      .frames(a_mail_with_a_password(), 100);
    all.insert(all.end(), frames.begin(), frames.end());
  }
  return all;
}

// Ports in either order name the conversation.
std::uint32_t talk_of(const Frame& frame) {
  const std::uint16_t a = load_be16(frame.data + 34);
  const std::uint16_t b = load_be16(frame.data + 36);
  return a > b ? a : b;
}

struct Taken {
  std::vector<std::uint32_t> talks;
  bool time_promise_kept = true;
};

Taken work_off(SteeredSource& source) {
  Taken taken;
  std::array<Frame, 8> frames;
  TimeNs promised = kTimeMin;
  for (;;) {
    const Receipt receipt = source.receive(frames);
    for (std::size_t i = 0; i < receipt.count; ++i) {
      taken.talks.push_back(talk_of(frames[i]));
      taken.time_promise_kept = taken.time_promise_kept && frames[i].time >= promised;
    }
    promised = std::max(promised, receipt.now);
    source.release({frames.data(), receipt.count});
    if (receipt.state == SourceState::kEnded) return taken;
  }
}

TEST(Distributor, GivesEachFlowToOneWorkerAndEveryFrameBack) {
  MemorySource source(frames_of(60));
  Doorbell bell;
  std::vector<std::unique_ptr<FrameRing>> rings;
  for (int i = 0; i < 3; ++i) rings.push_back(std::make_unique<FrameRing>(16, kBurstMax));
  std::vector<Taken> taken(3);
  std::vector<std::thread> workers;
  for (std::size_t i = 0; i < 3; ++i)
    workers.emplace_back([&, i] {
      SteeredSource steered(*rings[i], bell, true, nullptr);
      taken[i] = work_off(steered);
    });
  FragmentCounters fragments;
  Distributor distributor(source, rings, bell, {}, fragments, 99, true, true);
  const std::atomic<bool> stop{false};
  distributor.run(stop);
  for (std::thread& worker : workers) worker.join();
  std::map<std::uint32_t, std::size_t> owner;
  std::size_t frames = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_FALSE(taken[i].talks.empty());
    EXPECT_TRUE(taken[i].time_promise_kept);
    frames += taken[i].talks.size();
    for (const std::uint32_t talk : taken[i].talks) EXPECT_EQ(owner.emplace(talk, i).first->second, i);
  }
  EXPECT_EQ(frames, frames_of(60).size());
  EXPECT_EQ(source.frames_lent(), 0U);
  EXPECT_EQ(distributor.state(), SourceState::kEnded);
}

TEST(Distributor, DropsAndCountsWhatFindsARingFullWhenItMayNotWait) {
  const std::vector<MemoryFrame> frames = frames_of(10);
  MemorySource source(frames);
  Doorbell bell;
  std::vector<std::unique_ptr<FrameRing>> rings;
  rings.push_back(std::make_unique<FrameRing>(16, kBurstMax));
  FragmentCounters fragments;
  Distributor distributor(source, rings, bell, {}, fragments, 99, false, false);
  std::thread rx([&] {
    const std::atomic<bool> stop{false};
    distributor.run(stop);
  });
  // Nobody takes anything until all has come: only what the ring holds is left.
  while (!rings[0]->ended.load()) std::this_thread::yield();
  SteeredSource steered(*rings[0], bell, true, nullptr);
  const std::size_t taken = work_off(steered).talks.size();
  rx.join();
  EXPECT_EQ(taken + rings[0]->dropped.get(), frames.size());
  EXPECT_GT(rings[0]->dropped.get(), 0U);
  EXPECT_EQ(source.frames_lent(), 0U);
}

}  // namespace
}  // namespace mailtap
