// SPDX-License-Identifier: Apache-2.0
// Fragments through the whole machine: what is said of their datagrams does not depend on how they were cut,
// nor on the number of workers.
#include "tests/pipelines/fragments.h"

#include <gtest/gtest.h>

#include "tests/pipelines/conversation.h"
#include "tests/pipelines/machine.h"

namespace mailtap {
namespace {

constexpr TimeNs kStart = 1'700'000'000 * kSecondNs;

FragmentList talks(std::size_t n) {
  FragmentList all;
  for (std::size_t i = 0; i < n; ++i) {
    auto frames = Conversation(static_cast<std::uint8_t>(1 + i % 7), static_cast<std::uint16_t>(20'000 + i),
                               25, kStart + static_cast<TimeNs>(i) * kMillisecondNs)
                      .frames(a_mail_with_a_password(), 200);
    all.insert(all.end(), frames.begin(), frames.end());
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const MemoryFrame& a, const MemoryFrame& b) { return a.time < b.time; });
  return all;
}

std::uint64_t figure(const Told& told, const std::string& name) {
  const std::size_t at = told.final_stats.find("\"" + name + "\":");
  return at == std::string::npos ? 0 : std::stoull(told.final_stats.substr(at + name.size() + 3));
}

TEST(Fragments, SayWhatTheirDatagramsWouldHaveSaid) {
  const FragmentList frames = talks(40);
  const Told whole = run_machine(small_parts(), 1, frames);
  const FragmentList cut = all_cut(frames, 24);
  for (const unsigned workers : {1U, 2U, 4U}) {
    const Told told = run_machine(small_parts(), workers, cut);
    EXPECT_EQ(told.events, whole.events) << workers << " workers";
    EXPECT_EQ(figure(told, "packets"), cut.size());
    EXPECT_EQ(figure(told, "seen"), figure(told, "fragment"));
    EXPECT_GT(figure(told, "whole"), 0U);
    EXPECT_EQ(told.report.find("not read"), std::string::npos);
  }
}

TEST(Fragments, MayComeTwice) {
  const FragmentList frames = talks(10);
  FragmentList twice;
  for (const MemoryFrame& frame : all_cut(frames, 24)) twice.insert(twice.end(), 2, frame);
  const Told whole = run_machine(small_parts(), 1, frames);
  const Told told = run_machine(small_parts(), 3, twice);
  EXPECT_EQ(told.events, whole.events);
  EXPECT_EQ(figure(told, "timed_out"), 0U);
  EXPECT_EQ(figure(told, "duplicates") * 2, figure(told, "seen"));
}

FragmentList with_other_bytes(const FragmentList& frames) {
  FragmentList all;
  for (const MemoryFrame& frame : all_cut(frames, 24)) {
    all.push_back(frame);
    if ((frame.bytes[20] & 0x20) == 0) continue;
    MemoryFrame other = frame;
    other.bytes.back() ^= 0xff;
    all.push_back(other);
  }
  return all;
}

TEST(Fragments, WithOtherBytesAreToldOnceAndChangeNothing) {
  const FragmentList frames = talks(10);
  const Told whole = run_machine(small_parts(), 1, frames);
  const FragmentList doubted = with_other_bytes(frames);
  const Told one = run_machine(small_parts(), 1, doubted);
  const std::size_t anomalies = one.count("\"event\":\"decoder.ipv4.frag_overlap\"");
  EXPECT_EQ(anomalies, 14U);  // seven clients, each way
  EXPECT_EQ(one.events.size(), whole.events.size() + anomalies);
  EXPECT_GT(figure(one, "overlaps"), anomalies);
  for (const unsigned workers : {2U, 4U})
    EXPECT_EQ(run_machine(small_parts(), workers, doubted).events, one.events) << workers << " workers";
}

// The first fragment of a datagram, with eight octets of a TCP header.
MemoryFrame a_tiny_one(std::uint8_t host, TimeNs time) {
  MemoryFrame frame = Conversation(host, 20'000, 25, time).frames({}).front();
  frame.bytes.resize(42);
  frame.bytes[17] = 28;
  frame.bytes[20] = 0x20;
  return frame;
}

TEST(Fragments, AreToldOnceAMinuteAndAPairOfAddressesAndNoMoreThanSixtyFour) {
  FragmentList frames;
  for (std::uint8_t host = 1; host <= 100; ++host)
    for (int i = 0; i < 3; ++i) frames.push_back(a_tiny_one(host, kStart));
  for (const DurationNs later : {59 * kSecondNs, 60 * kSecondNs})
    for (std::uint8_t host = 1; host <= 10; ++host) frames.push_back(a_tiny_one(host, kStart + later));
  for (const unsigned workers : {1U, 3U}) {
    const Told told = run_machine(small_parts(), workers, frames);
    EXPECT_EQ(told.count("\"event\":\"decoder.ipv4.frag_tiny\""), 64U + 10U) << workers << " workers";
    EXPECT_EQ(figure(told, "tiny"), 320U);
  }
}

// An IPv4 fragment whose payload is a GRE packet with an IPv4 fragment in it: another round for each tunnel.
MemoryFrame in_gre(const MemoryFrame& frame, std::uint8_t host) {
  MemoryFrame outer = frame;
  const std::vector<std::uint8_t> inner(frame.bytes.begin() + 14, frame.bytes.end());
  const std::size_t total = 24 + inner.size();
  outer.bytes.resize(14);
  const std::vector<std::uint8_t> head = {0x45,
                                          0,
                                          static_cast<std::uint8_t>(total >> 8),
                                          static_cast<std::uint8_t>(total),
                                          0,
                                          0,
                                          0,
                                          0,
                                          64,
                                          47,
                                          0,
                                          0,
                                          172,
                                          16,
                                          0,
                                          host,
                                          172,
                                          16,
                                          0,
                                          9,
                                          0,
                                          0,
                                          8,
                                          0};
  outer.bytes.insert(outer.bytes.end(), head.begin(), head.end());
  outer.bytes.insert(outer.bytes.end(), inner.begin(), inner.end());
  return outer;
}

TEST(Fragments, InTunnelsInFragmentsAreFound) {
  const FragmentList frames = talks(6);
  FragmentList tunnelled, nested;
  for (const MemoryFrame& frame : frames) tunnelled.push_back(in_gre(frame, 1));
  std::uint16_t id = 1;
  for (const MemoryFrame& frame : all_cut(frames, 32))
    for (const MemoryFrame& outer : fragments_of(in_gre(frame, 1), id++, 40)) nested.push_back(outer);
  const Told whole = run_machine(small_parts(), 1, tunnelled);
  EXPECT_GT(whole.events.size(), 6U);
  for (const unsigned workers : {1U, 3U})
    EXPECT_EQ(run_machine(small_parts(), workers, nested).events, whole.events) << workers << " workers";
}

// More whole datagrams than there are buffers, and rings with room for more: the RX core waits.
TEST(Fragments, WaitForBuffersInAReplay) {
  WorkerParts parts = small_parts();
  parts.pipeline.ring_frames = 8192;
  const FragmentList frames = talks(120);
  const Told told = run_machine(parts, 2, all_cut(frames, 8 * 3));
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 120U);
  EXPECT_EQ(figure(told, "no_room"), 0U);
}

}  // namespace
}  // namespace mailtap
