// SPDX-License-Identifier: Apache-2.0
#include "pipelines/engine.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <thread>

#include "tests/pipelines/conversation.h"
#include "tests/pipelines/machine.h"

namespace mailtap {
namespace {

constexpr TimeNs kStart = 1'700'000'000 * kSecondNs;

std::vector<MemoryFrame> in_order_of_time(std::vector<MemoryFrame> frames) {
  std::stable_sort(frames.begin(), frames.end(),
                   [](const MemoryFrame& a, const MemoryFrame& b) { return a.time < b.time; });
  return frames;
}

std::vector<MemoryFrame> many_conversations(std::size_t n) {
  std::vector<MemoryFrame> all;
  for (std::size_t i = 0; i < n; ++i) {
    const auto host = static_cast<std::uint8_t>(1 + i % 7);
    const auto port = static_cast<std::uint16_t>(20'000 + i);
    const std::uint16_t server_port = i % 5 == 4 ? 8025 : i % 5 == 3 ? 80 : 25;
    Conversation talk(host, port, server_port, kStart + static_cast<TimeNs>(i) * 3'700'000);
    auto frames = talk.frames(i % 5 == 3 ? a_web_request() : a_mail_with_a_password(), 1 + i * 7 % 300);
    all.insert(all.end(), frames.begin(), frames.end());
  }
  return in_order_of_time(std::move(all));
}

std::vector<MemoryFrame> one_mail(std::uint16_t server_port = 25) {
  return Conversation(1, 40'000, server_port, kStart).frames(a_mail_with_a_password());
}

TEST(Engine, TellsOneMailWithItsPasswordAndNotTheSecret) {
  const Told told = run_machine(small_parts(), 1, one_mail());
  EXPECT_EQ(told.count("\"event_type\":\"smtp\""), 1U);
  EXPECT_EQ(told.count("\"mail_from\":\"<a@client.example>\""), 1U);
  EXPECT_EQ(told.count("\"rcpt_rejected\":[\"<no@mx.example>\"]"), 1U);
  EXPECT_EQ(told.count("\"status\":\"delivered\""), 1U);
  EXPECT_EQ(told.count("\"username\":\"user\""), 1U);
  EXPECT_EQ(told.count("\"signature_id\":1001"), 1U);
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 1U);
  EXPECT_EQ(told.count("\"event_type\":\"host\""), 2U);
  for (const std::string_view form :
       {kCanary, std::string_view("Y2FuYXJ5LTdmM2E5"), std::string_view("NhbmFyeS03ZjNhOW")}) {
    EXPECT_EQ(told.count(form), 0U);
    EXPECT_EQ(told.report.find(form), std::string::npos);
  }
}

TEST(Engine, FindsMailOnAnyPortAndLeavesWebTrafficAlone) {
  EXPECT_EQ(run_machine(small_parts(), 1, one_mail(8025)).events.size(),
            run_machine(small_parts(), 1, one_mail()).events.size());
  EXPECT_TRUE(run_machine(small_parts(), 1, Conversation(1, 40'000, 80, kStart).frames(a_web_request()))
                  .events.empty());
}

TEST(Engine, TellsTheSameForEveryNumberOfWorkers) {
  const std::vector<MemoryFrame> frames = many_conversations(150);
  const Told one = run_machine(small_parts(), 1, frames);
  EXPECT_EQ(one.count("\"event_type\":\"smtp_session\""), 120U);
  for (const unsigned workers : {2U, 3U, 4U}) {
    const Told told = run_machine(small_parts(), workers, frames);
    EXPECT_EQ(told.events, one.events) << workers << " workers";
  }
}

TEST(Engine, TellsTheSameWhenEveryPacketComesTwice) {
  const std::vector<MemoryFrame> frames = many_conversations(40);
  std::vector<MemoryFrame> twice;
  for (const MemoryFrame& frame : frames) twice.insert(twice.end(), 2, frame);
  EXPECT_EQ(run_machine(small_parts(), 2, twice).events, run_machine(small_parts(), 1, frames).events);
}

// Times and what is made from the time of a flow's first packet differ; nothing else may.
std::vector<std::string> without_times(const std::vector<std::string>& events) {
  std::vector<std::string> kept;
  for (std::string line : events) {
    if (line.find("\"event_type\":\"host\"") != std::string::npos) continue;
    for (const std::string_view name :
         {"timestamp", "flow_id", "start", "end", "duration_s", "first_seen", "last_seen", "flows"}) {
      const std::string key = "\"" + std::string(name) + "\":";
      const std::size_t at = line.find(key);
      if (at != std::string::npos) line.erase(at, line.find_first_of(",}]", at + key.size()) - at);
    }
    kept.push_back(std::move(line));
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

TEST(Engine, TellsTheSameWhenSegmentsComeInAnotherOrder) {
  const std::vector<MemoryFrame> frames = one_mail();
  const auto in_order = without_times(run_machine(small_parts(), 1, frames).events);
  std::mt19937 random(7);
  for (int round = 0; round < 60; ++round) {
    std::vector<MemoryFrame> shuffled = frames;
    for (std::size_t i = 0; i + 1 < shuffled.size(); ++i) {
      const std::size_t j = i + random() % std::min<std::size_t>(4, shuffled.size() - i);
      std::swap(shuffled[i].bytes, shuffled[j].bytes);
    }
    EXPECT_EQ(without_times(run_machine(small_parts(), 1, shuffled).events), in_order) << "round " << round;
  }
}

// One packet in ten, and slow enough that what waits is given up in between.
TEST(Engine, TellsTheSameForEveryNumberOfWorkersAndNoSecretThoughPacketsAreMissing) {
  for (unsigned seed = 0; seed < 25; ++seed) {
    std::mt19937 random(seed);
    std::vector<MemoryFrame> seen;
    for (std::uint16_t i = 0; i < 60; ++i) {
      Conversation talk(static_cast<std::uint8_t>(1 + i % 7), static_cast<std::uint16_t>(30'000 + i), 25,
                        kStart + i * kMillisecondNs, static_cast<TimeNs>(1 + random() % 70) * kMillisecondNs);
      for (MemoryFrame& frame : talk.frames(i % 2 == 0 ? a_session_gone_to_tls() : a_mail_with_a_password()))
        if (random() % 10 != 0) seen.push_back(std::move(frame));
    }
    seen = in_order_of_time(std::move(seen));
    const Told one = run_machine(small_parts(), 1, seen);
    EXPECT_EQ(one.count("\"event_type\":\"smtp_session\""), 60U) << "seed " << seed;
    EXPECT_EQ(one.count(kCanary), 0U) << "seed " << seed;
    EXPECT_EQ(run_machine(small_parts(), 3, seen).events, one.events) << "seed " << seed;
  }
}

// The first stats and the last then have one time.
TEST(Engine, CountsEveryPacketWhereTimeStandsStill) {
  std::vector<MemoryFrame> frames = many_conversations(40);
  for (MemoryFrame& frame : frames) frame.time = kStart;
  for (const unsigned workers : {1U, 1U, 2U, 3U, 3U, 4U}) {
    const Told told = run_machine(small_parts(), workers, frames);
    EXPECT_NE(told.final_stats.find("\"packets\":" + std::to_string(frames.size())), std::string::npos)
        << told.final_stats;
    EXPECT_NE(told.final_stats.find("\"sessions\":{\"open\":0"), std::string::npos) << told.final_stats;
  }
}

// Live, records are lost while packets come, but not at the end.
TEST(Engine, CountsEveryPacketThoughTheControlCoreIsFarBehind) {
  WorkerParts parts = small_parts();
  parts.lossless = parts.sleeps = false;
  const std::vector<MemoryFrame> frames = many_conversations(400);
  const Told told = run_machine(parts, 1, frames);
  EXPECT_NE(told.final_stats.find("\"packets\":" + std::to_string(frames.size())), std::string::npos)
      << told.final_stats;
}

TEST(Engine, CallsBackInTheThreadThatOwnsTheSource) {
  for (const unsigned workers : {1U, 3U}) {
    const WorkerParts parts = small_parts();
    MemorySource source(one_mail());
    std::thread::id called, let_go;
    const auto call = [&called, &let_go] {
      called = std::this_thread::get_id();
      return std::shared_ptr<void>(&let_go, [&let_go](void*) { let_go = std::this_thread::get_id(); });
    };
    Engine engine(parts, workers, source, {nullptr, nullptr}, call);
    engine.run(std::atomic<bool>{false});
    EXPECT_NE(called, std::thread::id());
    EXPECT_NE(called, std::this_thread::get_id());
    EXPECT_EQ(called, let_go);
  }
}

TEST(Engine, CountsEveryPacketThatWasHandedIn) {
  std::vector<MemoryFrame> frames = many_conversations(20);
  for (std::size_t i = 0; i < 33; ++i)
    frames.push_back({frames.back().time, std::vector<std::uint8_t>(i, 0xff), 0, LinkType::kEthernet});
  const std::string packets = "\"packets\":" + std::to_string(frames.size());
  for (const unsigned workers : {1U, 3U}) {
    const Told told = run_machine(small_parts(), workers, frames);
    EXPECT_NE(told.final_stats.find("\"final\":true"), std::string::npos);
    EXPECT_NE(told.final_stats.find(packets), std::string::npos) << told.final_stats;
  }
}

TEST(Engine, EndsTheOldestSessionWhenThereAreTooMany) {
  WorkerParts parts = small_parts();
  parts.pipeline.sessions_max = 16;
  std::vector<MemoryFrame> frames;
  for (std::uint16_t i = 0; i < 40; ++i) {
    auto talk = Conversation(1, static_cast<std::uint16_t>(30'000 + i), 25, kStart + i * kSecondNs)
                    .frames(a_mail_with_a_password());
    talk.resize(6);  // up to the answer to EHLO: they all stay open
    frames.insert(frames.end(), talk.begin(), talk.end());
  }
  const Told told = run_machine(parts, 1, frames);
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 40U);
  EXPECT_EQ(told.count("\"end_reason\":\"evicted\""), 24U);
  EXPECT_EQ(told.count("\"end_reason\":\"shutdown\""), 16U);
}

// 16 sessions open, a second apart; the first goes on after 20 s, so that all others are idle longer when 15
// more come. Then it ends.
TEST(Engine, EndsTheSessionThatIsLongestIdle) {
  WorkerParts parts = small_parts();
  parts.pipeline.sessions_max = 16;
  std::vector<MemoryFrame> frames = one_mail();
  for (std::size_t i = 6; i < frames.size(); ++i) frames[i].time = kStart + (i == 6 ? 20 : 100) * kSecondNs;
  for (std::uint16_t i = 1; i <= 30; ++i) {
    auto talk = Conversation(2, static_cast<std::uint16_t>(30'000 + i), 25,
                             kStart + (i <= 15 ? i : 30 + i) * kSecondNs)
                    .frames(a_mail_with_a_password());
    talk.resize(6);
    frames.insert(frames.end(), talk.begin(), talk.end());
  }
  const Told told = run_machine(parts, 1, in_order_of_time(std::move(frames)));
  EXPECT_EQ(told.count("\"end_reason\":\"evicted\""), 15U);
  EXPECT_EQ(told.count("\"status\":\"delivered\""), 1U);
  EXPECT_EQ(told.count("\"end_reason\":\"fin\""), 1U);
}

std::uint64_t sessions_of_hosts(const Told& told) {
  std::uint64_t sum = 0;
  for (const std::string& line : told.events) {
    const std::size_t at = line.find("\"sessions\":");
    if (at != std::string::npos && line.find("\"event_type\":\"host\"") != std::string::npos)
      sum += std::strtoull(line.c_str() + at + 11, nullptr, 10);
  }
  return sum;
}

TEST(Engine, CountsEveryHostThoughAllSessionsEndAtOnce) {
  WorkerParts parts = small_parts();
  parts.host.worker_hosts = 64;
  std::vector<MemoryFrame> frames;
  for (std::uint16_t i = 0; i < 200; ++i) {
    auto talk =
        Conversation(static_cast<std::uint8_t>(1 + i), 30'000, 25, kStart).frames(a_mail_with_a_password());
    talk.resize(6);
    frames.insert(frames.end(), talk.begin(), talk.end());
  }
  frames = in_order_of_time(std::move(frames));
  EXPECT_EQ(sessions_of_hosts(run_machine(parts, 1, frames)), 400U);
  EXPECT_EQ(sessions_of_hosts(run_machine(parts, 4, frames)), 400U);
}

TEST(Engine, EndsAnIdleSessionAtItsDeadline) {
  std::vector<MemoryFrame> frames = one_mail();
  frames.resize(6);
  auto later = Conversation(2, 41'000, 25, kStart + 3600 * kSecondNs).frames(a_mail_with_a_password());
  frames.insert(frames.end(), later.begin(), later.end());
  const Told told = run_machine(small_parts(), 1, frames);
  EXPECT_EQ(told.count("\"end_reason\":\"timeout\""), 1U);
  EXPECT_EQ(told.count("\"end_reason\":\"fin\""), 1U);
}

TEST(Engine, HandsOnWhyItsSourceFailedAfterTellingWhatCameBefore) {
  for (const unsigned workers : {1U, 2U}) {
    MemorySource source(one_mail());
    source.end_with_failure("x.pcap: offset 24: cut");
    const Told told = run_machine(small_parts(), workers, source);
    EXPECT_EQ(told.result.failure, "x.pcap: offset 24: cut");
    EXPECT_EQ(told.count("\"event_type\":\"smtp\""), 1U);
  }
}

TEST(Engine, TellsOnlyStatsOfNothing) {
  for (const unsigned workers : {1U, 2U}) {
    const Told told = run_machine(small_parts(), workers, std::vector<MemoryFrame>{});
    EXPECT_TRUE(told.events.empty());
    EXPECT_NE(told.final_stats.find("\"packets\":0"), std::string::npos);
    EXPECT_NE(told.final_stats.find("\"timestamp\":\"1970-01-01T00:00:00.000000+0000\""), std::string::npos);
  }
}

// Twenty sessions at once, on a mail port, so that no page is needed to find out what they are.
TEST(Engine, TellsEverySessionThoughTextPagesRunOut) {
  WorkerParts parts = small_parts();
  parts.pipeline.text_pages = 8;
  std::vector<MemoryFrame> frames;
  for (std::uint8_t host = 1; host <= 20; ++host) {
    auto talk = Conversation(host, 30'000, 25, kStart).frames(a_mail_with_a_password(), 11);
    frames.insert(frames.end(), talk.begin(), talk.end());
  }
  const Told told = run_machine(parts, 1, in_order_of_time(std::move(frames)));
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 20U);
  EXPECT_EQ(told.count("LINE_LEN_EXCEEDED"), 0U);
  EXPECT_EQ(told.final_stats.find("\"refused\":0"), std::string::npos) << told.final_stats;
  EXPECT_NE(told.final_stats.find("\"used\":0"), std::string::npos) << told.final_stats;
}

TEST(Engine, HoldsNoTextPageWhenAllIsOver) {
  const Told told = run_machine(small_parts(), 1, many_conversations(30));
  EXPECT_NE(told.final_stats.find("\"used\":0"), std::string::npos) << told.final_stats;
}

TEST(Engine, TellsTheCyclesOfEachStageInStatsOnly) {
  for (const unsigned workers : {1U, 2U}) {
    const Told told = run_machine(small_parts(), workers, many_conversations(30));
    for (const std::string_view stage : {"receive", "decode", "flow", "reassemble", "smtp", "emit", "upkeep"})
      EXPECT_NE(told.final_stats.find("\"" + std::string(stage) + "\":"), std::string::npos)
          << told.final_stats;
    EXPECT_NE(told.final_stats.find("\"idle_share\":0."), std::string::npos) << told.final_stats;
    EXPECT_EQ(told.count("cycles"), 0U);
  }
}

TEST(Engine, ListsAsManyRecipientsAsTheSettingsSayAndSaysWhereTheyAreMore) {
  const std::string listed = R"("rcpt_to":["<b@mx.example>")";
  WorkerParts parts = small_parts();
  EXPECT_EQ(run_machine(parts, 1, one_mail()).count("rcpt_to_truncated"), 0U);
  parts.smtp.recipients_max = 1;
  const Told told = run_machine(parts, 1, one_mail());
  EXPECT_EQ(told.count("\"rcpt_to_truncated\":true,\"recipients_sent\":2"), 1U);
}

// Two secrets under one ephemeral key have one key stream.
TEST(Engine, NoTwoWorkersSealWithTheSameKey) {
  WorkerParts parts = small_parts();
  parts.sealing_key = SealingKey::from_base64(std::string(42, 'B') + "A=").value();
  const std::string_view member = "\"sealed\":\"";
  std::set<std::string> keys;
  std::size_t sealed = 0;
  for (const std::string& line : run_machine(parts, 3, many_conversations(60)).events) {
    const std::size_t at = line.find(member);
    if (at == std::string::npos) continue;
    ++sealed;
    keys.insert(line.substr(at + member.size(), 42));  // in base64 the ephemeral key takes 42 2/3
  }
  EXPECT_EQ(sealed, 48U);
  EXPECT_EQ(keys.size(), sealed);
}

std::string lines_times(std::string_view line, std::size_t n) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += line;
  return all;
}

TEST(Engine, ListsAsManyRecipientsOfOrdinaryLengthAsItShips) {
  const std::string address = "<" + std::string(60, 'r') + "@mx.example.com.test>";
  const std::string asked = lines_times("RCPT TO:" + address + "\r\n", 500);
  const std::string answered = lines_times("250 ok\r\n", 500);
  std::vector<Turn> turns = {{false, "220 mx\r\n"}, {true, "EHLO me\r\n"}, {false, "250 mx\r\n"}};
  turns.push_back({true, "MAIL FROM:<a@client.example>\r\n"});
  turns.push_back({false, "250 ok\r\n"});
  for (int i = 0; i < 3; ++i) {
    turns.push_back({true, asked});
    turns.push_back({false, answered});
  }
  turns.push_back({true, "DATA\r\n"});
  turns.push_back({false, "354 go\r\n"});
  turns.push_back({true, "x\r\n.\r\n"});
  turns.push_back({false, "250 ok\r\n"});
  WorkerParts parts = small_parts();
  parts.event = EventSettings();
  const Told told = run_machine(parts, 1, Conversation(1, 40'000, 25, kStart).frames(turns));
  std::size_t listed = 0;
  for (const std::string& line : told.events)
    for (std::size_t at = line.find(address); at != std::string::npos; at = line.find(address, at + 1))
      ++listed;
  EXPECT_EQ(listed, parts.smtp.recipients_max);
  EXPECT_EQ(told.count("\"rcpt_to_truncated\":true,\"recipients_sent\":1500"), 1U);
}

}  // namespace
}  // namespace mailtap
