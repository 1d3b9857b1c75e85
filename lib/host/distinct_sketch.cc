// SPDX-License-Identifier: Apache-2.0
#include "host/distinct_sketch.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/hash.h"

namespace mailtap {
namespace {

constexpr std::uint64_t kSeed = 0x5d1c'8a37'2f94'be61;  // any number; the same for ever
constexpr unsigned kRankBits = 64 - DistinctSketch::kIndexBits;
constexpr unsigned kRankMax = kRankBits + 1;

// wyhash's last fold leaves the bits of short inputs well mixed; one more round is for the sums below, which
// look at the leading bits only.
std::uint64_t finish_hash(std::uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xff51'afd7'ed55'8ccd;
  hash ^= hash >> 33;
  return hash;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

double sigma(double x) {
  if (x == 1.0) return HUGE_VAL;
  double y = 1.0;
  double z = x;
  for (double before = -1.0; before != z;) {
    x *= x;
    before = z;
    z += x * y;
    y += y;
  }
  return z;
}

double tau(double x) {
  if (x == 0.0 || x == 1.0) return 0.0;
  double y = 1.0;
  double z = 1.0 - x;
  for (double before = -1.0; before != z;) {
    x = std::sqrt(x);
    before = z;
    y *= 0.5;
    z -= (1.0 - x) * (1.0 - x) * y;
  }
  return z / 3.0;
}

}  // namespace

std::uint64_t distinct_hash(const IpAddress& address) {
  return finish_hash(hash_bytes(address.octets.data(), address.octets.size(), kSeed));
}

std::uint64_t distinct_hash(std::string_view mailbox) {
  if (mailbox.size() >= 2 && mailbox.front() == '<' && mailbox.back() == '>') {
    mailbox = mailbox.substr(1, mailbox.size() - 2);
  }
  // RFC 5321 4.5.3.1.3: a path has at most 256 octets; of a longer one each piece goes into the next one's
  // seed.
  std::uint64_t hash = kSeed;
  do {
    std::array<char, 256> piece{};
    const std::size_t size = std::min(mailbox.size(), piece.size());
    std::transform(mailbox.begin(), mailbox.begin() + static_cast<std::ptrdiff_t>(size), piece.begin(),
                   lower);
    hash = hash_bytes(piece.data(), size, hash);
    mailbox.remove_prefix(size);
  } while (!mailbox.empty());
  return finish_hash(hash);
}

void DistinctSketch::add(std::uint64_t hash) {
  if (registers_ != nullptr) {
    add_to_registers(hash);
    return;
  }
  const auto at = std::lower_bound(hashes_.begin(), hashes_.end(), hash);
  if (at != hashes_.end() && *at == hash) return;
  hashes_.insert(at, hash);
  if (hashes_.size() > kExactMax) make_dense();
}

void DistinctSketch::merge(const DistinctSketch& other) {
  if (other.exact()) {
    for (const std::uint64_t hash : other.hashes_) add(hash);
    return;
  }
  if (exact()) make_dense();
  for (std::size_t i = 0; i < kRegisters; ++i) {
    (*registers_)[i] = std::max((*registers_)[i], (*other.registers_)[i]);
  }
}

void DistinctSketch::make_dense() {
  registers_ = std::make_unique<Registers>();
  for (const std::uint64_t hash : hashes_) add_to_registers(hash);
  hashes_ = {};
}

void DistinctSketch::add_to_registers(std::uint64_t hash) {
  const std::uint64_t rest = hash << kIndexBits | std::uint64_t{1}
                                                      << (kIndexBits - 1);  // a stop for the count
  const auto rank = static_cast<std::uint8_t>(std::countl_zero(rest) + 1);
  std::uint8_t& at = (*registers_)[hash >> kRankBits];
  at = std::max(at, rank);
}

std::uint64_t DistinctSketch::estimate() const {
  if (exact()) return hashes_.size();
  std::array<std::uint32_t, kRankMax + 1> having{};  // registers by rank
  for (const std::uint8_t rank : *registers_) ++having[rank];
  constexpr auto kCount = static_cast<double>(kRegisters);
  double z = kCount * tau(1.0 - static_cast<double>(having[kRankMax]) / kCount);
  for (unsigned rank = kRankBits; rank > 0; --rank) z = 0.5 * (z + static_cast<double>(having[rank]));
  z += kCount * sigma(static_cast<double>(having[0]) / kCount);
  constexpr double kAlpha = 0.721347520444481703680;  // 1 / (2 ln 2)
  return static_cast<std::uint64_t>(std::llround(kAlpha * kCount * kCount / z));
}

std::size_t DistinctSketch::bytes() const {
  return exact() ? hashes_.capacity() * sizeof(std::uint64_t) : sizeof(Registers);
}

}  // namespace mailtap
