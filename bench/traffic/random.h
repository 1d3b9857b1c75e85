// SPDX-License-Identifier: Apache-2.0
// Random numbers of the traffic generator: the same for a seed on every machine and with every library, hence
// no std:: distribution. xoshiro256** seeded by splitmix64. One owner, no locking.
#ifndef MAILTAP_BENCH_TRAFFIC_RANDOM_H_
#define MAILTAP_BENCH_TRAFFIC_RANDOM_H_

#include <array>
#include <cstdint>

namespace mailtap::traffic {

class Random {
 public:
  explicit Random(std::uint64_t seed);

  std::uint64_t next();
  // Uniform in [0, bound); 0 for a bound of 0.
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  // Uniform in [low, high], both included.
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  // Uniform in [0, 1).
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double probability) { return probability > 0 && unit() < probability; }
  // Log-normal with the median and the sigma of the logarithm, at most `cap`.
  std::uint64_t log_normal(double median, double sigma, std::uint64_t cap);
  // Exponential with the mean, at most eight means.
  std::uint32_t exponential(double mean);
  // How many times in a row `probability` comes true, at most `most`.
  std::uint32_t run(double probability, std::uint32_t most);
  // A generator of its own for a part of the work, so that parts do not disturb each other.
  Random fork() { return Random(next()); }

 private:
  std::array<std::uint64_t, 4> state_;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_RANDOM_H_
