// SPDX-License-Identifier: Apache-2.0
// Characters on their way to a file; RapidJSON's output stream concept (Ch, Put, Flush). Grows when a line is
// longer than what is left, keeps its memory when emptied. One thread.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace mailtap {

class LineBuffer {
 public:
  using Ch = char;  // RapidJSON's names
  explicit LineBuffer(std::size_t capacity) : data_(new char[capacity]), capacity_(capacity) {}
  void Put(char c) {
    if (size_ == capacity_) grow(1);
    data_[size_++] = c;
  }
  void Flush() {}

  void append(std::string_view text) { std::memcpy(extend(text.size()), text.data(), text.size()); }
  // n characters for the caller to fill at once.
  char* extend(std::size_t n) {
    if (capacity_ - size_ < n) grow(n);
    char* const at = data_.get() + size_;
    size_ += n;
    return at;
  }

  std::size_t size() const { return size_; }
  std::string_view text() const { return {data_.get(), size_}; }
  void clear() { size_ = 0; }

 private:
  void grow(std::size_t n) {
    const std::size_t capacity = (capacity_ + n) * 2;
    std::unique_ptr<char[]> data(new char[capacity]);
    std::memcpy(data.get(), data_.get(), size_);
    data_ = std::move(data);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_;
  std::size_t size_ = 0;
};

}  // namespace mailtap
