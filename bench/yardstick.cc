// SPDX-License-Identifier: Apache-2.0
// What any program must at least do with a capture: map the file, walk its records, read every byte once. The
// unit in which scripts/ratio states what mailtap costs. Native byte order; a cut record ends the walk.
// usage: yardstick FILE        prints packets, bytes and a sum that keeps the reading from being optimised
// away
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::size_t kRecordHeader = 16;

struct Total {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t sum = 0;
};

std::uint64_t sum_words(const std::uint8_t* at, std::size_t size) {
  std::uint64_t sum = 0;
  std::uint64_t word = 0;
  for (; size >= sizeof word; at += sizeof word, size -= sizeof word) {
    std::memcpy(&word, at, sizeof word);
    sum += word;
  }
  for (; size > 0; ++at, --size) sum += *at;
  return sum;
}

Total walk(const std::uint8_t* at, const std::uint8_t* end) {
  Total total;
  at += kFileHeader;
  while (end - at >= static_cast<std::ptrdiff_t>(kRecordHeader)) {
    std::uint32_t captured = 0;
    std::memcpy(&captured, at + 8, sizeof captured);
    at += kRecordHeader;
    if (end - at < static_cast<std::ptrdiff_t>(captured)) break;
    total.sum += sum_words(at, captured);
    total.bytes += captured;
    ++total.packets;
    at += captured;
  }
  return total;
}

int fail(const char* what, const char* path) {
  std::fprintf(stderr, "yardstick: %s: %s\n", path, what);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return fail("usage: yardstick FILE", "");
  const int file = ::open(argv[1], O_RDONLY);
  struct stat info {};
  if (file < 0 || ::fstat(file, &info) != 0) return fail("cannot be opened", argv[1]);
  const auto size = static_cast<std::size_t>(info.st_size);
  if (size < kFileHeader) return fail("no capture", argv[1]);
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
  if (mapped == MAP_FAILED) return fail("cannot be mapped", argv[1]);
  const auto* first = static_cast<const std::uint8_t*>(mapped);
  const Total total = walk(first, first + size);
  std::printf("%llu packets %llu bytes sum %llx\n", static_cast<unsigned long long>(total.packets),
              static_cast<unsigned long long>(total.bytes), static_cast<unsigned long long>(total.sum));
  return 0;
}
