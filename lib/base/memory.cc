// SPDX-License-Identifier: Apache-2.0
#include "base/memory.h"

#include <sys/mman.h>

#include <cstdint>
#include <new>

namespace mailtap {
namespace {

constexpr std::size_t kPageSize = 4096;
constexpr std::size_t kHugePageSize = std::size_t{2} << 20;

std::size_t round_up(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

void* map(std::size_t bytes) {
  void* at =
      ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) throw std::bad_alloc();
  return at;
}

// The kernel aligns to small pages only: ask for one huge page more and give the two ends back.
void* map_aligned(std::size_t bytes) {
  const std::size_t asked = bytes + kHugePageSize;
  const auto start = reinterpret_cast<std::uintptr_t>(map(asked));
  const std::uintptr_t first = round_up(start, kHugePageSize);
  if (first > start) ::munmap(reinterpret_cast<void*>(start), first - start);
  const std::uintptr_t end = start + asked;
  if (end > first + bytes) ::munmap(reinterpret_cast<void*>(first + bytes), end - first - bytes);
  ::madvise(reinterpret_cast<void*>(first), bytes,
            MADV_HUGEPAGE);  // advice: small pages serve as well, slower
  return reinterpret_cast<void*>(first);
}

}  // namespace

Memory::Memory(std::size_t bytes) {
  if (bytes == 0) return;
  const bool huge = bytes >= kHugePageSize;
  size_ = round_up(bytes, huge ? kHugePageSize : kPageSize);
  data_ = huge ? map_aligned(size_) : map(size_);
}

Memory::~Memory() {
  if (data_ != nullptr) ::munmap(data_, size_);
}

}  // namespace mailtap
