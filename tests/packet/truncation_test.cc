// SPDX-License-Identifier: Apache-2.0
// Frames stand at the end of a page with nothing behind it: a read past the captured bytes ends the test
// program.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>
#include <random>
#include <vector>

#include "encapsulations.h"
#include "packet/decode.h"

namespace mailtap {
namespace {

class GuardedPage {
 public:
  GuardedPage() {
    void* at = ::mmap(nullptr, 2 * kSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    EXPECT_NE(at, MAP_FAILED);
    start_ = static_cast<std::uint8_t*>(at);
    EXPECT_EQ(::mprotect(start_ + kSize, kSize, PROT_NONE), 0);
  }
  ~GuardedPage() { ::munmap(start_, 2 * kSize); }
  GuardedPage(const GuardedPage&) = delete;
  GuardedPage& operator=(const GuardedPage&) = delete;

  // The first `size` octets, ending where the page ends.
  const std::uint8_t* place(const Octets& bytes, std::size_t size) {
    std::uint8_t* at = start_ + kSize - size;
    if (size > 0) std::memcpy(at, bytes.data(), size);
    return at;
  }

 private:
  static constexpr std::size_t kSize = 4096;
  std::uint8_t* start_ = nullptr;
};

std::vector<Octets> samples() {
  const Octets syn = tcp(text("payload"), 0x02, {2, 4, 5, 0xb4, 1, 3, 3, 7});
  const Octets chain = Octets{43, 0} + Octets(6, 0) + Octets{44, 1} + Octets(14, 0) + Octets{51, 0} +
                       Octets(6, 0) + Octets{60, 4} + Octets(22, 0) + Octets{6, 2} + Octets(22, 0);
  return {ethernet(0x0800, ipv4(syn)),
          ethernet(0x86dd, ipv6(syn)),
          ethernet(0x86dd, ipv6(chain + syn, 0)),
          ethernet(0x88a8, tag(1, 0x8100, tag(2, 0x0800, ipv4(syn)))),
          ethernet(0x0800, ipv4_with(24 + 35, syn, 6, 0, {1, 1, 1, 0})),
          ethernet(0x0800, ipv4_with(0, syn))};
}

void expect_inside(const Frame& frame, const TcpSegment& segment) {
  const std::uint8_t* end = frame.data + frame.captured;
  ASSERT_GE(segment.tcp.data(), frame.data);
  ASSERT_EQ(segment.tcp.data() + segment.tcp.size(), segment.payload.data() + segment.payload.size());
  ASSERT_LE(segment.payload.data() + segment.payload.size(), end);
  verify_checksum(segment);
}

void expect_inside(const Frame& frame, const IpFragment& fragment) {
  ASSERT_GE(fragment.data.data(), frame.data);
  ASSERT_LE(fragment.data.data() + fragment.data.size(), frame.data + frame.captured);
  ASSERT_LE(fragment.data.size(), fragment.size);
}

Drop try_decode(GuardedPage& page, const Octets& bytes, std::size_t captured, std::size_t on_wire,
                LinkType link) {
  Frame frame;
  frame.data = page.place(bytes, captured);
  frame.captured = static_cast<std::uint32_t>(captured);
  frame.on_wire = static_cast<std::uint32_t>(on_wire);
  frame.link = link;
  TcpSegment segment;
  static Decoder decoder{PacketSettings{}};
  const Drop drop = decoder.decode(frame, segment);
  if (drop == Drop::kNone) expect_inside(frame, segment);
  if (drop == Drop::kFragment) expect_inside(frame, decoder.fragment());
  return drop;
}

TEST(Truncation, OfAnyFrameAtAnyByteIsNeverReadPast) {
  GuardedPage page;
  for (const Octets& bytes : samples()) {
    ASSERT_EQ(try_decode(page, bytes, bytes.size(), bytes.size(), LinkType::kEthernet), Drop::kNone);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const Drop drop = try_decode(page, bytes, size, bytes.size(), LinkType::kEthernet);
      const bool headers_there = size + 7 >= bytes.size();
      ASSERT_EQ(drop == Drop::kNone, headers_there)
          << size << " of " << bytes.size() << ": " << name_of(drop);
      try_decode(page, bytes, size, size, LinkType::kEthernet);
    }
  }
}

TEST(Truncation, OfASnaplenIsCalledTruncated) {
  GuardedPage page;
  const Octets bytes = samples().front();
  const auto drop = [&](std::size_t size) {
    return try_decode(page, bytes, size, bytes.size(), LinkType::kEthernet);
  };
  EXPECT_EQ(drop(13), Drop::kTruncatedLink);
  EXPECT_EQ(drop(33), Drop::kTruncatedIp);
  EXPECT_EQ(drop(34), Drop::kTruncatedTcp);
  EXPECT_EQ(drop(54), Drop::kTruncatedTcp);  // an option is missing
}

// Every octet of the headers takes values that it should not have.
TEST(Truncation, OfDamagedFramesIsNeverReadPast) {
  GuardedPage page;
  std::mt19937 random(11);
  for (const Octets& good : samples())
    for (int round = 0; round < 20000; ++round) {
      Octets bytes = good;
      for (unsigned n = 1 + random() % 4; n > 0; --n)
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      const std::size_t size = random() % 3 == 0 ? random() % (bytes.size() + 1) : bytes.size();
      const std::size_t on_wire = size + (random() % 2 == 0 ? random() % 100 : 0);
      const bool raw = random() % 8 == 0;
      if (raw) bytes.erase(bytes.begin(), bytes.begin() + 14);
      try_decode(page, bytes, std::min(size, bytes.size()), on_wire,
                 raw ? LinkType::kRawIp : LinkType::kEthernet);
    }
}

TEST(Truncation, OfEveryEncapsulationAtEveryByteIsNeverReadPast) {
  GuardedPage page;
  for (const Encapsulation& one : encapsulations()) {
    const Octets& bytes = one.bytes;
    ASSERT_EQ(try_decode(page, bytes, bytes.size(), bytes.size(), one.link), Drop::kNone) << one.name;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      try_decode(page, bytes, size, bytes.size(), one.link);
      // What was not only cut but is said to have been that short contradicts a length somewhere.
      const Drop drop = try_decode(page, bytes, size, size, one.link);
      ASSERT_TRUE(drop != Drop::kNone || one.link == LinkType::kRadiotap) << one.name << " at " << size;
    }
  }
}

TEST(Truncation, OfAnEncapsulationBeforeItsSegmentIsCalledTruncated) {
  for (const Encapsulation& one : encapsulations())
    for (std::size_t size = 0; size + kInner4.size() < one.bytes.size(); ++size) {
      Frame frame = frame_of(one.bytes, one.link);
      frame.captured = static_cast<std::uint32_t>(size);
      TcpSegment segment;
      const Drop drop = decode(frame, segment);
      const bool told = drop == Drop::kTruncatedLink || drop == Drop::kTruncatedIp ||
                        drop == Drop::kTruncatedTunnel || drop == Drop::kTruncatedTcp;
      ASSERT_TRUE(told) << one.name << " at " << size << ": " << name_of(drop);
    }
}

// Each byte in turn, to every value that one bit or all of them make of it.
TEST(Truncation, OfEveryEncapsulationWithAnyByteChangedIsNeverReadPast) {
  GuardedPage page;
  for (const Encapsulation& one : encapsulations()) {
    Octets bytes = one.bytes;
    for (std::size_t at = 0; at < bytes.size(); ++at)
      for (const unsigned bits : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x40U, 0x80U, 0xffU}) {
        bytes[at] ^= bits;
        try_decode(page, bytes, bytes.size(), bytes.size(), one.link);
        try_decode(page, bytes, bytes.size(), bytes.size() + 70'000, one.link);
        bytes[at] ^= bits;
      }
  }
}

TEST(Truncation, OfDamagedEncapsulationsIsNeverReadPast) {
  GuardedPage page;
  std::mt19937 random(13);
  for (const Encapsulation& one : encapsulations())
    for (int round = 0; round < 2000; ++round) {
      Octets bytes = one.bytes;
      for (unsigned n = 1 + random() % 4; n > 0; --n)
        bytes[random() % bytes.size()] = static_cast<std::uint8_t>(random());
      const std::size_t size = random() % 3 == 0 ? random() % (bytes.size() + 1) : bytes.size();
      const auto link = static_cast<LinkType>(random() % static_cast<unsigned>(LinkType::kUnknown));
      const bool other = random() % 8 == 0 && link != LinkType::kWhole;
      try_decode(page, bytes, size, size + random() % 2 * 100, other ? link : one.link);
    }
}

}  // namespace
}  // namespace mailtap
