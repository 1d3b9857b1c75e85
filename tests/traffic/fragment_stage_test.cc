// SPDX-License-Identifier: Apache-2.0
#include "fragment_stage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "checksum.h"
#include "frame.h"

namespace mailtap::traffic {
namespace {

using Octets = std::vector<std::uint8_t>;

class Collector final : public FrameSink {
 public:
  void put(const Frame& frame) override { frames.emplace_back(frame.data, frame.data + frame.size); }
  std::vector<Octets> frames;
};

Octets a_frame(bool v6, std::uint16_t vlan, std::size_t payload) {
  Ends ends;
  for (Address& ip : ends.ip) ip.v6 = v6;
  ends.vlan = vlan;
  const Octets text(payload, 'x');
  Segment segment;
  segment.payload = text.data();
  segment.payload_size = text.size();
  Octets frame(kFrameMax);
  frame.resize(build_frame(ends, segment, frame.data()));
  for (std::size_t i = 0; i < payload; ++i)
    frame[frame.size() - payload + i] = static_cast<std::uint8_t>(i * 7);
  return frame;
}

void pass(FragmentStage& stage, const Octets& frame) {
  Frame one;
  one.data = frame.data();
  one.size = frame.size();
  stage.put(one);
}

std::size_t be16(const Octets& bytes, std::size_t at) { return bytes[at] * 256U + bytes[at + 1]; }

// The payload of the datagram as its fragments say it, whoever comes last; and how much of it was said.
struct Said {
  std::map<std::size_t, std::uint8_t> octets;
  std::size_t end = 0;
  std::size_t first_size = 0;
  bool contradicted = false;
};

void hear(Said& said, const Octets& frame, std::size_t ip, bool v6) {
  const std::size_t start = ip + (v6 ? 48 : 20);
  const std::size_t bits = be16(frame, v6 ? ip + 42 : ip + 6);
  const std::size_t from = v6 ? bits & 0xfff8 : (bits & 0x1fff) * 8;
  const bool more = (bits & (v6 ? 1 : 0x2000)) != 0;
  const std::size_t size = frame.size() - start;
  EXPECT_EQ(be16(frame, v6 ? ip + 4 : ip + 2), v6 ? size + 8 : size + 20);
  EXPECT_TRUE(v6 || fold(add_to_sum(0, frame.data() + ip, 20)) == 0xffff);
  EXPECT_TRUE(!more || size % 8 == 0);
  if (from == 0) said.first_size = size;
  if (!more) said.end = from + size;
  for (std::size_t i = 0; i < size; ++i) {
    const auto at = said.octets.emplace(from + i, frame[start + i]).first;
    said.contradicted = said.contradicted || at->second != frame[start + i];
  }
}

TEST(FragmentStage, CutsPacketsIntoFragmentsThatSayAllOfThem) {
  for (const bool v6 : {false, true})
    for (const std::uint16_t vlan : {std::uint16_t{0}, std::uint16_t{5}})
      for (std::size_t payload = 8; payload < 1300; payload += 61) {
        Collector collector;
        FragmentStage stage(1, Random(payload), collector);
        const Octets frame = a_frame(v6, vlan, payload);
        pass(stage, frame);
        ASSERT_GE(collector.frames.size(), 2U);
        const std::size_t ip = vlan == 0 ? 14 : 18, start = ip + (v6 ? 40 : 20);
        Said said;
        for (const Octets& fragment : collector.frames) hear(said, fragment, ip, v6);
        EXPECT_FALSE(said.contradicted);
        EXPECT_GE(said.first_size, 24U);
        EXPECT_EQ(said.end, frame.size() - start);
        ASSERT_EQ(said.octets.size(), said.end);
        for (const auto& one : said.octets) EXPECT_EQ(one.second, frame[start + one.first]);
      }
}

TEST(FragmentStage, LeavesTheShareItIsTold) {
  Collector collector;
  FragmentStage stage(0.25, Random(3), collector);
  for (int i = 0; i < 4000; ++i) pass(stage, a_frame(false, 0, 100));
  EXPECT_NEAR(static_cast<double>(stage.cut()), 1000, 100);
}

}  // namespace
}  // namespace mailtap::traffic
