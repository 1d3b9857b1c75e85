// SPDX-License-Identifier: Apache-2.0
// Writes a record's fields one behind the other into a buffer, never past its end. A worker's; allocates
// nothing. The bytes stay inside the process, so integers are as the machine has them:
//
//   plain   the value's bytes          text, blob   u32 length, bytes          list   u32 count, elements
//
// Mode::kWhole: when something does not fit, fits() becomes false and the rest is not written. Mode::kCut:
// what does not fit is shortened and cut() becomes true: a text keeps its first 1/64 of the buffer. The lists
// and blobs of a call share the room that is left: each takes an equal part of what those before it have left
// over, the last one all of it; a list keeps its first elements, a blob that is longer is left out. A record
// whose plain fields stand first, its lists and blobs last and in one call, therefore always fits
// kRecordBufferBytesMin.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/bytes.h"

namespace mailtap {

namespace codec {
template <typename T>
struct IsList : std::false_type {};
template <typename T>
struct IsList<std::span<const T>> : std::bool_constant<!std::is_same_v<T, std::uint8_t>> {
  using Element = T;
};
template <typename T>
concept HasFields = requires {
  &T::template fields<T, int>;
};
template <typename T>
inline constexpr bool kIsPlain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;
}  // namespace codec

class RecordWriter {
 public:
  enum class Mode : std::uint8_t { kWhole, kCut };

  RecordWriter(std::span<std::uint8_t> room, Mode mode)
      : begin_(room.data()),
        at_(room.data()),
        end_(room.data() + room.size()),
        mode_(mode),
        text_max_(room.size() / 64) {}

  template <typename... T>
  void operator()(const T&... values) {
    const std::size_t outer = sharers_;
    sharers_ = (std::size_t{0} + ... + (kShares<T> ? 1 : 0));
    (put(values), ...);
    sharers_ = outer;
  }

  bool fits() const { return fits_; }
  bool cut() const { return cut_; }
  std::size_t size() const { return static_cast<std::size_t>(at_ - begin_); }

 private:
  template <typename T>
  static constexpr bool kShares = codec::IsList<T>::value || std::is_same_v<T, Bytes>;

  template <typename T>
  void put(const T& value) {
    if constexpr (std::is_same_v<T, std::string_view>) {
      text(value);
    } else if constexpr (std::is_same_v<T, Bytes>) {
      blob(value);
    } else if constexpr (codec::IsList<T>::value) {
      list(value);
    } else if constexpr (codec::HasFields<T>) {
      T::fields(value, *this);
    } else {
      static_assert(codec::kIsPlain<T>);
      raw(&value, sizeof value);
    }
  }

  std::size_t room() const { return static_cast<std::size_t>(end_ - at_); }
  // Of a list or blob, now that it is its turn.
  std::size_t share() { return sharers_ > 1 ? room() / sharers_-- : room(); }

  void raw(const void* from, std::size_t n) {
    if (n > room()) {
      fits_ = false;
      end_ = at_;
      return;
    }
    if (n != 0) std::memcpy(at_, from, n);
    at_ += n;
  }

  void sized(const void* from, std::size_t n) {
    const auto size = static_cast<std::uint32_t>(n);
    raw(&size, sizeof size);
    raw(from, n);
  }

  void text(std::string_view value) {
    if (mode_ == Mode::kCut && value.size() > text_max_) {
      value = value.substr(0, text_max_);
      cut_ = true;
    }
    sized(value.data(), value.size());
  }

  void blob(Bytes value) {
    const std::size_t share_with_size = share();
    if (mode_ == Mode::kCut && value.size() + sizeof(std::uint32_t) > share_with_size) {
      value = {};
      cut_ = true;
    }
    sized(value.data(), value.size());
  }

  template <typename T>
  void list(std::span<const T> values) {
    std::uint8_t* const whole_end = end_;
    std::uint8_t* const share_end = at_ + share();
    std::uint8_t* const count_at = at_;
    std::uint32_t count = 0;
    raw(&count, sizeof count);
    if (!fits_) return;
    if (mode_ == Mode::kCut) end_ = std::max(at_, share_end);
    for (const T& value : values) {
      std::uint8_t* const before = at_;
      put(value);
      if (!fits_) {
        if (mode_ == Mode::kWhole) return;
        at_ = before;
        break;
      }
      ++count;
    }
    if (mode_ == Mode::kCut) {
      end_ = whole_end;
      fits_ = true;
      cut_ = cut_ || count < values.size();
    }
    if (fits_) std::memcpy(count_at, &count, sizeof count);
  }

  std::uint8_t* begin_;
  std::uint8_t* at_;
  std::uint8_t* end_;
  Mode mode_;
  bool fits_ = true;
  bool cut_ = false;
  std::size_t text_max_;
  std::size_t sharers_ = 0;  // lists and blobs of the call that are still to come
};

}  // namespace mailtap
