// SPDX-License-Identifier: Apache-2.0
#include "random.h"

#include <algorithm>
#include <cmath>

namespace mailtap::traffic {
namespace {

constexpr double kTwoPi = 6.283185307179586;

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15U;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
  return z ^ (z >> 31);
}

std::uint64_t rotate(std::uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }

}  // namespace

Random::Random(std::uint64_t seed) : state_{} {
  for (auto& word : state_) word = split_mix(seed);
}

std::uint64_t Random::next() {
  const std::uint64_t result = rotate(state_[1] * 5, 7) * 9;
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate(state_[3], 45);
  return result;
}

std::uint64_t Random::log_normal(double median, double sigma, std::uint64_t cap) {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - unit()));
  const double normal = radius * std::cos(kTwoPi * unit());
  const double value = median * std::exp(sigma * normal);
  return value >= static_cast<double>(cap) ? cap : static_cast<std::uint64_t>(value);
}

std::uint32_t Random::exponential(double mean) {
  return static_cast<std::uint32_t>(std::min(8.0, -std::log(1.0 - unit())) * mean);
}

std::uint32_t Random::run(double probability, std::uint32_t most) {
  std::uint32_t count = 0;
  while (count < most && chance(probability)) ++count;
  return count;
}

}  // namespace mailtap::traffic
