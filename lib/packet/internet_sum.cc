// SPDX-License-Identifier: Apache-2.0
#include "packet/internet_sum.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace mailtap {
namespace {

std::uint16_t fold(std::uint64_t sum) {
  sum = (sum & 0xffff'ffff) + (sum >> 32);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

// 32-bit words into 64 bits: 2^32 of them before anything is carried out.
std::uint64_t sum_plain(const std::uint8_t* at, std::size_t size) {
  std::uint64_t sum = 0;
  for (; size >= 4; at += 4, size -= 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, at, 4);
    sum += word;
  }
  std::uint32_t tail = 0;
  std::memcpy(&tail, at, size);  // an odd byte at the end is followed by zero (RFC 1071 1)
  return sum + tail;
}

#if defined(__x86_64__)
constexpr std::size_t kStep = 64;

// Each step adds two 32-bit words to each of the four 64-bit lanes of two registers.
__attribute__((target("avx2"))) std::uint64_t sum_avx2(const std::uint8_t* at, std::size_t size) {
  const __m256i low = _mm256_set1_epi64x(0xffff'ffff);
  __m256i a = _mm256_setzero_si256();
  __m256i b = _mm256_setzero_si256();
  for (; size >= kStep; at += kStep, size -= kStep) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + kStep / 2));
    a = _mm256_add_epi64(a, _mm256_add_epi64(_mm256_and_si256(x, low), _mm256_srli_epi64(x, 32)));
    b = _mm256_add_epi64(b, _mm256_add_epi64(_mm256_and_si256(y, low), _mm256_srli_epi64(y, 32)));
  }
  a = _mm256_add_epi64(a, b);
  const __m128i half = _mm_add_epi64(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
  const auto sum = static_cast<std::uint64_t>(_mm_extract_epi64(half, 0) + _mm_extract_epi64(half, 1));
  return sum + sum_plain(at, size);
}
#endif

using Sum = std::uint64_t (*)(const std::uint8_t*, std::size_t);

Sum choose_sum() {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2")) return sum_avx2;
#endif
  return sum_plain;
}

const Sum kSum = choose_sum();

}  // namespace

void InternetSum::add(Bytes bytes) {
  if (bytes.empty()) return;
  const std::uint16_t sum = fold(kSum(bytes.data(), bytes.size()));
  sum_ += odd_ ? __builtin_bswap16(sum) : sum;
  odd_ ^= bytes.size() % 2 == 1;
}

std::uint16_t InternetSum::folded() const { return __builtin_bswap16(fold(sum_)); }

}  // namespace mailtap
