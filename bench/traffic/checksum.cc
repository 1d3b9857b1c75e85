// SPDX-License-Identifier: Apache-2.0
#include "checksum.h"

#include <cstring>

namespace mailtap::traffic {

// 32-bit words summed in 64 bits cannot overflow for anything that fits in a frame.
std::uint64_t add_to_sum(std::uint64_t sum, const std::uint8_t* data, std::size_t size) {
  std::uint64_t even = 0;
  std::uint64_t odd = 0;
  std::size_t at = 0;
  for (; at + 16 <= size; at += 16) {
    std::uint32_t words[4];
    std::memcpy(words, data + at, sizeof words);
    even += std::uint64_t{words[0]} + words[2];
    odd += std::uint64_t{words[1]} + words[3];
  }
  sum += even + odd;
  for (; at + 2 <= size; at += 2) {
    std::uint16_t word;
    std::memcpy(&word, data + at, sizeof word);
    sum += word;
  }
  if (at < size) {
    const std::uint8_t last[2] = {data[at], 0};
    std::uint16_t word;
    std::memcpy(&word, last, sizeof word);
    sum += word;
  }
  return sum;
}

std::uint16_t fold(std::uint64_t sum) {
  while ((sum >> 16) != 0) sum = (sum & 0xffffU) + (sum >> 16);
  return static_cast<std::uint16_t>(sum);
}

}  // namespace mailtap::traffic
