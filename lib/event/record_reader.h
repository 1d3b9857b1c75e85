// SPDX-License-Identifier: Apache-2.0
// Reads what RecordWriter wrote, never past the end of the bytes; after a fault every further field is empty
// and ok() is false. Control core. Texts are views into the bytes, lists stand in the RecordScratch: both are
// valid until the next reader takes the same scratch, or the bytes go.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "event/record_writer.h"

namespace mailtap {

// Memory for the lists of one record at a time, used again for the next.
class RecordScratch {
 public:
  RecordScratch()
      : room_(std::make_unique<std::array<std::byte, kRoom>>()), memory_(room_->data(), room_->size()) {}

  void reset() { memory_.release(); }
  template <typename T>
  T* take(std::size_t n) {
    T* const at = static_cast<T*>(memory_.allocate(n * sizeof(T), alignof(T)));
    std::uninitialized_value_construct_n(at, n);
    return at;
  }

 private:
  static constexpr std::size_t kRoom = 128 * 1024;  // the lists of any usual record; a longer one allocates
  std::unique_ptr<std::array<std::byte, kRoom>> room_;
  std::pmr::monotonic_buffer_resource memory_;
};

class RecordReader {
 public:
  RecordReader(Bytes bytes, RecordScratch& scratch)
      : at_(bytes.data()), end_(bytes.data() + bytes.size()), scratch_(scratch) {
    scratch.reset();
  }

  template <typename... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == end_; }

 private:
  template <typename T>
  void get(T& value) {
    if constexpr (std::is_same_v<T, std::string_view>) {
      value = as_text(sized());
    } else if constexpr (std::is_same_v<T, Bytes>) {
      value = sized();
    } else if constexpr (codec::IsList<T>::value) {
      list<typename codec::IsList<T>::Element>(value);
    } else if constexpr (codec::HasFields<T>) {
      T::fields(value, *this);
    } else {
      static_assert(codec::kIsPlain<T>);
      const Bytes from = raw(sizeof value);
      if (from.size() == sizeof value) std::memcpy(&value, from.data(), sizeof value);
    }
  }

  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  Bytes raw(std::size_t n) {
    if (n > left()) {
      ok_ = false;
      at_ = end_;
      return {};
    }
    const Bytes found(at_, n);
    at_ += n;
    return found;
  }

  Bytes sized() {
    std::uint32_t size = 0;
    get(size);
    return raw(size);
  }

  template <typename T>
  void list(std::span<const T>& values) {
    values = {};
    std::uint32_t count = 0;
    get(count);
    if (count > left()) {  // every element takes a byte at least
      ok_ = false;
      at_ = end_;
    }
    if (!ok_ || count == 0) return;
    T* const first = scratch_.template take<T>(count);
    for (std::uint32_t i = 0; i < count; ++i) get(first[i]);
    if (ok_) values = {first, count};
  }

  const std::uint8_t* at_;
  const std::uint8_t* end_;
  RecordScratch& scratch_;
  bool ok_ = true;
};

}  // namespace mailtap
