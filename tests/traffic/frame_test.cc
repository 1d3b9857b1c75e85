// SPDX-License-Identifier: Apache-2.0
#include "frame.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string>

#include "base64.h"
#include "checksum.h"
#include "random.h"

namespace mailtap::traffic {
namespace {

// RFC 1071 as its text says it: 16-bit big-endian words, one by one.
std::uint16_t naive_sum(const std::uint8_t* data, std::size_t size) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < size; ++i) sum += i % 2 == 0 ? std::uint32_t{data[i]} << 8 : data[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t in_network_order(std::uint16_t raw) {
  std::array<std::uint8_t, 2> bytes{};
  std::memcpy(bytes.data(), &raw, 2);
  return static_cast<std::uint16_t>(bytes[0] << 8 | bytes[1]);
}

Ends ends_of(bool v6, std::uint16_t vlan) {
  Ends ends;
  ends.ip = v6 ? std::array<Address, 2>{ipv6(1, 2), ipv6(3, 4)}
               : std::array<Address, 2>{ipv4(0x0a000001), ipv4(0xc6336401)};
  ends.port = {40000, 25};
  ends.vlan = vlan;
  return ends;
}

TEST(Checksum, EqualsTheSumThatTheRfcDescribesForEverySize) {
  Random random(1);
  std::array<std::uint8_t, 200> data{};
  for (auto& byte : data) byte = static_cast<std::uint8_t>(random.next());
  for (std::size_t size = 0; size <= data.size(); ++size) {
    EXPECT_EQ(in_network_order(fold(add_to_sum(0, data.data(), size))), naive_sum(data.data(), size)) << size;
  }
}

TEST(BuildFrame, MakesATcpChecksumThatSumsUpToAllOnes) {
  const std::string payload = "EHLO client.example\r\n";
  for (const bool v6 : {false, true}) {
    Segment segment;
    segment.payload = reinterpret_cast<const std::uint8_t*>(payload.data());
    segment.payload_size = payload.size();
    std::array<std::uint8_t, kFrameMax> frame{};
    const std::size_t size = build_frame(ends_of(v6, 0), segment, frame.data());
    const std::size_t ip = 14;
    const std::size_t tcp = ip + (v6 ? 40 : 20);
    std::array<std::uint8_t, 2048> summed{};
    const std::size_t address_at = v6 ? ip + 8 : ip + 12;
    const std::size_t addresses = v6 ? 32 : 8;
    std::copy_n(&frame[address_at], addresses, summed.begin());
    summed[addresses + 1] = 6;
    summed[addresses + 2] = static_cast<std::uint8_t>((size - tcp) >> 8);
    summed[addresses + 3] = static_cast<std::uint8_t>(size - tcp);
    std::copy_n(&frame[tcp], size - tcp, &summed[addresses + 4]);
    EXPECT_EQ(naive_sum(summed.data(), addresses + 4 + size - tcp), 0xffff) << v6;
    if (!v6) {
      EXPECT_EQ(naive_sum(&frame[ip], 20), 0xffff);
    }
  }
}

TEST(BuildFrame, LeavesTheBarePseudoHeaderSumWhereTheSenderOffloads) {
  Ends ends = ends_of(false, 0);
  ends.sums[0] = SumMode::kPseudoHeader;
  std::array<std::uint8_t, kFrameMax> frame{};
  const std::size_t size = build_frame(ends, Segment{}, frame.data());
  const std::array<std::uint8_t, 12> pseudo = {10,   0, 0, 1, 0xc6, 0x33,
                                               0x64, 1, 0, 6, 0,    static_cast<std::uint8_t>(size - 34)};
  EXPECT_EQ(frame[34 + 16] << 8 | frame[34 + 17], naive_sum(pseudo.data(), pseudo.size()));
}

TEST(BuildFrame, FillsAFrameToTheMtuAndNoFurther) {
  const std::array<std::uint8_t, kMtu> payload{};
  for (const bool v6 : {false, true}) {
    const Ends ends = ends_of(v6, 7);
    Segment segment;
    segment.payload = payload.data();
    segment.payload_size = payload_max(ends);
    std::array<std::uint8_t, kFrameMax> frame{};
    EXPECT_EQ(build_frame(ends, segment, frame.data()), kMtu + 14 + 4);
    EXPECT_EQ(frame[12] << 8 | frame[13], 0x8100);
    EXPECT_EQ(frame[15], 7);
  }
}

TEST(ToBase64, PadsAsTheRfcsExamplesDo) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace mailtap::traffic
