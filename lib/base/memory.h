// SPDX-License-Identifier: Apache-2.0
// Memory that is taken once, at start: reserved from the kernel, on huge pages where the system gives them,
// zero, and not touched before it is used, so that a large table costs nothing until traffic fills it. Freed
// by the destructor. Set-up only; throws std::bad_alloc when the kernel refuses.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace mailtap {

class Memory {
 public:
  Memory() = default;
  explicit Memory(std::size_t bytes);  // aligned to 2 MiB when at least that large, else to a page
  ~Memory();
  Memory(Memory&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Memory& operator=(Memory&& other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }

  void* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  void* data_ = nullptr;
  std::size_t size_ = 0;
};

// n objects of T, all bytes zero at start. T must be content with that.
template <typename T>
class ZeroedArray {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  ZeroedArray() = default;
  explicit ZeroedArray(std::size_t n) : memory_(n * sizeof(T)), size_(n) {}

  std::size_t size() const { return size_; }
  T* data() { return static_cast<T*>(memory_.data()); }
  const T* data() const { return static_cast<const T*>(memory_.data()); }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }

 private:
  Memory memory_;
  std::size_t size_ = 0;
};

}  // namespace mailtap
