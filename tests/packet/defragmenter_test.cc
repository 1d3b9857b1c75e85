// SPDX-License-Identifier: Apache-2.0
#include "packet/defragmenter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>

#include "frame_builder.h"

namespace mailtap {
namespace {

constexpr TimeNs kStart = 1'700'000'000 * kSecondNs;

PacketSettings small() {
  PacketSettings settings;
  settings.datagrams_max = 8;
  settings.fragment_pages = 64;
  return settings;
}

// What a fragment says, and the bytes it says it about.
struct Said {
  Octets bytes;
  std::uint32_t offset = 0;
  bool more = true;
};

Octets some_payload(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  Octets payload = tcp({});
  while (payload.size() < size) payload.push_back(static_cast<std::uint8_t>(random()));
  payload.resize(size);
  return payload;
}

Said part_of(const Octets& payload, std::size_t from, std::size_t to) {
  Said said;
  said.bytes.assign(payload.begin() + static_cast<std::ptrdiff_t>(from),
                    payload.begin() + static_cast<std::ptrdiff_t>(to));
  said.offset = static_cast<std::uint32_t>(from);
  said.more = to != payload.size();
  return said;
}

class Assembly {
 public:
  explicit Assembly(const PacketSettings& settings = small(), std::uint8_t version = 4)
      : defragmenter_(settings, 99, counters_) {
    fragment_.ip_version = version;
    fragment_.protocol = 6;
    fragment_.id = 77;
    fragment_.time = kStart;
    fragment_.source =
        version == 4 ? IpAddress::from_v4(kClient4.data()) : IpAddress::from_v6(kClient6.data());
    fragment_.destination =
        version == 4 ? IpAddress::from_v4(kServer4.data()) : IpAddress::from_v6(kServer6.data());
  }

  // `cut`: octets of it that the capture left out.
  FragmentOutcome add(const Said& said, std::size_t cut = 0) {
    const auto bytes = std::make_unique<std::uint8_t[]>(said.bytes.size());
    std::copy(said.bytes.begin(), said.bytes.end(), bytes.get());
    fragment_.offset = said.offset;
    fragment_.size = static_cast<std::uint32_t>(said.bytes.size());
    fragment_.more = said.more;
    fragment_.data = Bytes(bytes.get(), said.bytes.size() - cut);
    Frame whole;
    const FragmentOutcome outcome = defragmenter_.add(fragment_, 3, whole);
    if (whole.data != nullptr) take(whole);
    return outcome;
  }

  IpFragment& fragment() { return fragment_; }
  Defragmenter& defragmenter() { return defragmenter_; }
  FragmentSums sums() const { return counters_.sums(); }
  const std::vector<Octets>& wholes() const { return wholes_; }  // the TCP part of each
  const TcpSegment& segment() const { return segment_; }         // of the last one, without views
  const Frame& frame() const { return frame_; }

 private:
  void take(const Frame& whole) {
    frame_ = whole;
    EXPECT_EQ(decode(whole, segment_), Drop::kNone);
    wholes_.emplace_back(segment_.tcp.begin(), segment_.tcp.end());
    EXPECT_EQ(segment_.time, fragment_.time);
    defragmenter_.release(whole);
  }

  FragmentCounters counters_;
  Defragmenter defragmenter_;
  IpFragment fragment_;
  std::vector<Octets> wholes_;
  TcpSegment segment_;
  Frame frame_;
};

// Cuts at multiples of 8, at random.
std::vector<Said> random_parts(const Octets& payload, std::size_t k, std::mt19937& random) {
  std::vector<std::size_t> cuts = {0, payload.size()};
  const std::size_t units = (payload.size() - 1) / 8;
  while (cuts.size() < k + 1) {
    const std::size_t cut = 8 * (1 + random() % units);
    if (std::find(cuts.begin(), cuts.end(), cut) == cuts.end()) cuts.push_back(cut);
  }
  std::sort(cuts.begin(), cuts.end());
  std::vector<Said> parts;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) parts.push_back(part_of(payload, cuts[i], cuts[i + 1]));
  return parts;
}

TEST(Defragmenter, PutsEveryOrderOfFragmentsTogetherOnce) {
  std::mt19937 random(5);
  for (const std::uint8_t version : {std::uint8_t{4}, std::uint8_t{6}})
    for (std::size_t k = 2; k <= 5; ++k) {
      const Octets payload = some_payload(100 + random() % 9000, static_cast<unsigned>(k));
      const std::vector<Said> parts = random_parts(payload, k, random);
      std::vector<std::size_t> order(k);
      for (std::size_t i = 0; i < k; ++i) order[i] = i;
      do {
        Assembly assembly(small(), version);
        for (const std::size_t i : order) assembly.add(parts[i]);
        ASSERT_EQ(assembly.wholes().size(), 1U);
        ASSERT_EQ(assembly.wholes().front(), payload);
        ASSERT_EQ(assembly.segment().ip_version, version);
      } while (std::next_permutation(order.begin(), order.end()));
    }
}

// Against the naive model: every octet is said by somebody, all say the same; so it is whole, once.
TEST(Defragmenter, CopiesAndEqualOverlapsChangeNothing) {
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    const Octets payload = some_payload(30 + random() % 6000, static_cast<unsigned>(round));
    std::vector<Said> said = random_parts(payload, 2 + random() % 2, random);
    const std::size_t units = (payload.size() - 1) / 8;
    for (int i = 0; i < 4; ++i) {
      const std::size_t from = 8 * (random() % (units + 1));
      std::size_t to = std::min(payload.size(), from + 8 * (1 + random() % 200));
      if (from == 0) to = std::min(to, 8 * units);
      said.push_back(part_of(payload, from, to));
    }
    for (std::size_t copies = said.size(); copies-- > 0;)
      if (random() % 2 == 0) said.push_back(said[copies]);
    std::shuffle(said.begin(), said.end(), random);
    Assembly assembly(small(), round % 2 == 0 ? 4 : 6);
    for (const Said& one : said) {
      assembly.fragment().time += kMillisecondNs;
      assembly.add(one);
    }
    ASSERT_EQ(assembly.wholes().size(), 1U) << "round " << round;
    ASSERT_EQ(assembly.wholes().front(), payload) << "round " << round;
    EXPECT_EQ(assembly.sums().overlaps, 0U);
    EXPECT_EQ(assembly.sums().seen, said.size());
  }
}

TEST(Defragmenter, HandsOutWhatWasAroundTheDatagram) {
  const Octets payload = some_payload(3000);
  Assembly assembly(small(), 6);
  assembly.fragment().vlans = {7, 9};
  assembly.fragment().vlan_count = 2;
  assembly.fragment().tunnel = {IpAddress::from_v4(kClient4.data()), IpAddress::from_v4(kServer4.data()), 42,
                                TunnelKind::kVxlan, 1};
  EXPECT_EQ(assembly.add(part_of(payload, 1480, 3000)), FragmentOutcome::kHeld);
  assembly.fragment().time += kSecondNs;
  EXPECT_EQ(assembly.add(part_of(payload, 0, 1480)), FragmentOutcome::kCompleted);
  EXPECT_EQ(assembly.segment().vlan_count, 2);
  EXPECT_EQ(assembly.segment().vlans[1], 9);
  EXPECT_EQ(assembly.segment().tunnel, assembly.fragment().tunnel);
  EXPECT_EQ(assembly.segment().source, assembly.fragment().source);
  EXPECT_EQ(assembly.frame().port, 3);
  EXPECT_EQ(assembly.frame().link, LinkType::kWhole);
}

TEST(Defragmenter, TakesTheGreatestDatagramThereCanBe) {
  Assembly four;
  const Octets payload = some_payload(65'515);
  for (std::size_t at = 0; at < payload.size(); at += 1480)
    four.add(part_of(payload, at, std::min(payload.size(), at + 1480)));
  ASSERT_EQ(four.wholes().size(), 1U);
  EXPECT_EQ(four.wholes().front(), payload);
}

TEST(Defragmenter, KeepsApartWhatDiffersInAnyPartOfItsKey) {
  const Octets payload = some_payload(64);
  const std::vector<std::function<void(IpFragment&)>> changes = {
      [](IpFragment& f) { f.source.octets[15] ^= 1; },
      [](IpFragment& f) { f.destination.octets[15] ^= 1; },
      [](IpFragment& f) { f.id ^= 1; },
      [](IpFragment& f) { f.protocol = 47; },
      [](IpFragment& f) { f.vlan_count = 1; },
      [](IpFragment& f) { f.tunnel.kind = TunnelKind::kGre; },
      [](IpFragment& f) { f.tunnel.id = 5; },
      [](IpFragment& f) { f.tunnel.outer_source.octets[0] = 1; }};
  for (const auto& change : changes) {
    Assembly assembly;
    assembly.add(part_of(payload, 0, 32));
    const IpFragment before = assembly.fragment();
    change(assembly.fragment());
    EXPECT_EQ(assembly.add(part_of(payload, 32, 64)), FragmentOutcome::kHeld);
    assembly.fragment() = before;
    EXPECT_EQ(assembly.add(part_of(payload, 32, 64)), FragmentOutcome::kCompleted);
  }
}

TEST(Defragmenter, TellsOtherBytesAndKeepsTheFirstOnesInIpv4) {
  const Octets payload = some_payload(96);
  Octets other = payload;
  for (std::size_t i = 40; i < 72; ++i) other[i] ^= 0xff;
  Assembly assembly;
  assembly.add(part_of(payload, 0, 64));
  EXPECT_EQ(assembly.add(part_of(other, 40, 72)), FragmentOutcome::kOverlapDiffers);
  EXPECT_EQ(assembly.add(part_of(payload, 72, 96)), FragmentOutcome::kCompleted);
  Octets first_come = payload;
  std::copy(other.begin() + 64, other.begin() + 72, first_come.begin() + 64);
  EXPECT_EQ(assembly.wholes().front(), first_come);
  EXPECT_EQ(assembly.sums().overlaps, 1U);
}

TEST(Defragmenter, DiscardsAnIpv6DatagramWithOtherBytesAndWhatStillComesOfIt) {
  const Octets payload = some_payload(96);
  Octets other = payload;
  other[50] ^= 1;
  Assembly assembly(small(), 6);
  assembly.add(part_of(payload, 0, 64));
  EXPECT_EQ(assembly.add(part_of(other, 40, 72)), FragmentOutcome::kOverlapDiffers);
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kDiscarded);
  EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kDiscarded);
  EXPECT_TRUE(assembly.wholes().empty());
  assembly.fragment().time += 31 * kSecondNs;
  assembly.add(part_of(payload, 0, 64));
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kCompleted);
  EXPECT_EQ(assembly.sums().timed_out, 0U);
}

TEST(Defragmenter, TellsFirstFragmentsThatDisagreeAboutWhatFollowsInIpv6) {
  const Octets payload = some_payload(96);
  Assembly assembly(small(), 6);
  assembly.fragment().protocol = 17;
  EXPECT_EQ(assembly.add(part_of(payload, 0, 8)), FragmentOutcome::kHeld);
  assembly.fragment().protocol = 44;
  EXPECT_EQ(assembly.add(part_of(payload, 8, 16)), FragmentOutcome::kHeld) << "only the first one tells";
  assembly.fragment().protocol = 6;
  EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kOverlapDiffers);
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kDiscarded);
  EXPECT_EQ(assembly.sums().overlaps, 1U);
}

TEST(Defragmenter, TellsAFirstFragmentThatDisagreesAfterItsDatagramWasWhole) {
  const Octets payload = some_payload(96);
  Assembly assembly(small(), 6);
  assembly.add(part_of(payload, 0, 64));
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kCompleted);
  assembly.fragment().protocol = 17;
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kDuplicate);
  EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kOverlapDiffers);
}

TEST(Defragmenter, TellsASecondEndAndWhatIsBehindTheEnd) {
  const Octets payload = some_payload(96);
  Said early_end = part_of(payload, 64, 80);
  early_end.more = false;
  Assembly assembly;
  assembly.add(part_of(payload, 64, 96));
  EXPECT_EQ(assembly.add(early_end), FragmentOutcome::kOverlapDiffers);
  Said behind = part_of(payload, 64, 88);
  behind.offset = 96;
  EXPECT_EQ(assembly.add(behind), FragmentOutcome::kOverlapDiffers);
  EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kCompleted);
  EXPECT_EQ(assembly.wholes().front(), payload);
}

TEST(Defragmenter, TellsTinyFragmentsAndTakesThem) {
  const Octets payload = some_payload(64);
  Assembly assembly;
  EXPECT_EQ(assembly.add(part_of(payload, 0, 8)), FragmentOutcome::kTiny);
  EXPECT_EQ(assembly.add(part_of(payload, 8, 64)), FragmentOutcome::kTiny);
  EXPECT_EQ(assembly.wholes().front(), payload);
  EXPECT_EQ(assembly.sums().tiny, 2U);
}

TEST(Defragmenter, LeavesOverlongOnesAlone) {
  const Octets payload = some_payload(96);
  Said overlong = part_of(payload, 0, 64);
  overlong.offset = 65'528;
  for (const std::uint8_t version : {std::uint8_t{4}, std::uint8_t{6}}) {
    Assembly assembly(small(), version);
    EXPECT_EQ(assembly.add(overlong), FragmentOutcome::kOverlong);
    assembly.add(part_of(payload, 0, 64));
    EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kCompleted);
    EXPECT_EQ(assembly.sums().overlong, 1U);
  }
}

TEST(Defragmenter, TellsLengthsThatAreNoMultipleOfEight) {
  const Octets payload = some_payload(96);
  Assembly four;
  EXPECT_EQ(four.add(part_of(payload, 0, 69)), FragmentOutcome::kBadLength);  // 64 of them are used
  EXPECT_EQ(four.add(part_of(payload, 64, 96)), FragmentOutcome::kCompleted);
  EXPECT_EQ(four.wholes().front(), payload);
  Assembly six(small(), 6);
  EXPECT_EQ(six.add(part_of(payload, 0, 69)), FragmentOutcome::kBadLength);
  EXPECT_EQ(six.add(part_of(payload, 64, 96)), FragmentOutcome::kHeld);
  EXPECT_EQ(six.add({{}, 0, true}), FragmentOutcome::kBadLength);
  EXPECT_EQ(four.add({{1, 2, 3}, 0, true}), FragmentOutcome::kBadLength);
}

TEST(Defragmenter, CutsTheDatagramWhereTheCaptureCutItsLastFragment) {
  const Octets payload = some_payload(3000);
  for (const bool last_first : {false, true}) {
    Assembly assembly;
    if (last_first) assembly.add(part_of(payload, 1480, 3000), 520);
    assembly.add(part_of(payload, 0, 1480));
    if (!last_first) assembly.add(part_of(payload, 1480, 3000), 520);
    ASSERT_EQ(assembly.wholes().size(), 1U);
    EXPECT_EQ(assembly.wholes().front(), Octets(payload.begin(), payload.begin() + 2480));
    EXPECT_EQ(assembly.segment().payload_cut, 520U);
  }
}

TEST(Defragmenter, GivesUpADatagramCutElsewhere) {
  const Octets payload = some_payload(3000);
  Assembly assembly;
  EXPECT_EQ(assembly.add(part_of(payload, 0, 1480), 1), FragmentOutcome::kTruncated);
  EXPECT_EQ(assembly.add(part_of(payload, 1480, 3000)), FragmentOutcome::kDiscarded);
  EXPECT_EQ(assembly.sums().truncated, 1U);
  EXPECT_EQ(assembly.sums().discarded, 1U);
}

TEST(Defragmenter, ForgetsWhatIsNotWholeInTime) {
  const Octets payload = some_payload(96);
  Assembly assembly;
  assembly.add(part_of(payload, 0, 64));
  assembly.fragment().time += 30 * kSecondNs;
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kHeld);
  EXPECT_EQ(assembly.sums().timed_out, 1U);
  assembly.defragmenter().expire(assembly.fragment().time + 30 * kSecondNs - 1);
  EXPECT_EQ(assembly.sums().timed_out, 1U);
  assembly.defragmenter().expire(assembly.fragment().time + 30 * kSecondNs);
  EXPECT_EQ(assembly.sums().timed_out, 2U);
  assembly.add(part_of(payload, 0, 64));
  assembly.defragmenter().finish();
  EXPECT_EQ(assembly.sums().timed_out, 3U);
}

TEST(Defragmenter, LetsTheOldestMakeRoomAndCountsIt) {
  const Octets payload = some_payload(96);
  Assembly assembly;
  for (std::uint32_t id = 0; id < 9; ++id) {
    assembly.fragment().id = id;
    assembly.add(part_of(payload, 0, 64));
  }
  EXPECT_EQ(assembly.sums().evicted, 1U);
  for (std::uint32_t id = 1; id < 9; ++id) {
    assembly.fragment().id = id;
    EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kCompleted) << id;
  }
}

// 64 pages: two datagrams of the greatest size, and one of them is being filled.
TEST(Defragmenter, NeverTakesMorePagesThanItHas) {
  PacketSettings settings = small();
  settings.datagrams_max = 1000;
  Assembly assembly(settings);
  const Octets payload = some_payload(64);
  for (std::uint32_t id = 0; id < 200; ++id) {
    assembly.fragment().id = id;
    Said said = part_of(payload, 0, 56);
    assembly.add(said);
  }
  EXPECT_EQ(assembly.sums().evicted, 200U - 64U);
  const Octets great = some_payload(65'515);
  assembly.fragment().id = 1000;
  assembly.add(part_of(great, 0, 32'000));
  assembly.add(part_of(great, 24'000, 65'515));
  ASSERT_EQ(assembly.wholes().size(), 1U);
  EXPECT_EQ(assembly.wholes().front(), great);
}

TEST(Defragmenter, KnowsCopiesOfWhatWasWholeAMomentAgo) {
  const Octets payload = some_payload(96);
  Assembly assembly;
  assembly.add(part_of(payload, 0, 64));
  assembly.add(part_of(payload, 64, 96));
  assembly.fragment().time += 50 * kMillisecondNs;
  EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kDuplicate);
  EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kDuplicate);
  EXPECT_EQ(assembly.sums().overlaps, 0U);
}

TEST(Defragmenter, TellsOtherBytesOfWhatWasWholeAMomentAgoAndBeginsANewDatagramWithThem) {
  const Octets payload = some_payload(96);
  const Octets next = some_payload(200, 8);  // of the same identification
  for (const std::uint8_t version : {std::uint8_t{4}, std::uint8_t{6}}) {
    Assembly assembly(small(), version);
    assembly.add(part_of(payload, 0, 64));
    assembly.add(part_of(payload, 64, 96));
    assembly.fragment().time += 99 * kMillisecondNs;
    EXPECT_EQ(assembly.add(part_of(next, 64, 200)), FragmentOutcome::kOverlapDiffers);
    EXPECT_EQ(assembly.sums().overlaps, 1U);
    EXPECT_EQ(assembly.add(part_of(next, 0, 64)), FragmentOutcome::kCompleted);
    EXPECT_EQ(assembly.wholes().back(), next);
    assembly.fragment().time += 100 * kMillisecondNs;
    EXPECT_EQ(assembly.add(part_of(payload, 64, 96)), FragmentOutcome::kHeld);
    EXPECT_EQ(assembly.add(part_of(payload, 0, 64)), FragmentOutcome::kCompleted);
    EXPECT_EQ(assembly.sums().overlaps, 1U);
    EXPECT_EQ(assembly.sums().whole, 3U);
    assembly.defragmenter().finish();
    EXPECT_EQ(assembly.sums().timed_out, 0U);
  }
}

TEST(Defragmenter, CountsWhatIsWholeWhenEveryBufferIsLent) {
  FragmentCounters counters;
  Defragmenter defragmenter(small(), 1, counters);
  const Octets payload = some_payload(96);
  IpFragment fragment;
  fragment.protocol = 6;
  const auto add = [&](std::size_t from, std::size_t to, Frame& whole) {
    fragment.offset = static_cast<std::uint32_t>(from);
    fragment.size = static_cast<std::uint32_t>(to - from);
    fragment.data = Bytes(payload).subspan(from, to - from);
    fragment.more = to != payload.size();
    return defragmenter.add(fragment, 0, whole);
  };
  std::vector<Frame> lent(kWholeDatagramsLent);
  for (Frame& whole : lent) {
    ++fragment.id;
    add(0, 64, whole);
    EXPECT_EQ(add(64, 96, whole), FragmentOutcome::kCompleted);
  }
  EXPECT_FALSE(defragmenter.can_lend());
  Frame none;
  ++fragment.id;
  add(0, 64, none);
  EXPECT_EQ(add(64, 96, none), FragmentOutcome::kNoRoom);
  EXPECT_EQ(none.data, nullptr);
  EXPECT_EQ(counters.sums().no_room, 1U);
  for (const Frame& whole : lent) defragmenter.release(whole);
  ++fragment.id;
  add(0, 64, none);
  EXPECT_EQ(add(64, 96, none), FragmentOutcome::kCompleted);
}

TEST(Defragmenter, AnAtomicFragmentIsNone) {
  const Octets atomic = Octets{6, 0, 0, 0, 1, 2, 3, 4} + tcp(text("x"));
  const Octets bytes = ethernet(0x86dd, ipv6(atomic, 44));
  EXPECT_EQ(decoded(bytes).drop, Drop::kNone);
}

}  // namespace
}  // namespace mailtap
