// SPDX-License-Identifier: Apache-2.0
// The sessions of one worker: slots from memory taken at start, named by index. One thread.
#pragma once

#include <cstdint>
#include <new>

#include "base/check.h"
#include "base/memory.h"
#include "pipelines/session.h"

namespace mailtap {

class SessionStore {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  explicit SessionStore(std::uint32_t capacity)
      : memory_(std::size_t{capacity} * sizeof(Slot)), capacity_(capacity) {}

  // kNone at the limit.
  std::uint32_t take() {
    std::uint32_t index = free_;
    if (index != kNone) {
      free_ = slot(index).next_free;
    } else {
      if (fresh_ == capacity_) return kNone;
      index = fresh_++;
    }
    new (&slot(index).session) Session();
    ++used_;
    return index;
  }

  void give_back(std::uint32_t index) {
    MAILTAP_CHECK(index < fresh_);
    slot(index).session.~Session();
    slot(index).next_free = free_;
    free_ = index;
    --used_;
  }

  // The lines that every segment of a session needs: index < capacity.
  void prefetch(std::uint32_t index) {
    const char* const at = reinterpret_cast<const char*>(&slot(index));
    for (std::size_t line = 0; line < kPrefetched; line += 64) __builtin_prefetch(at + line, 1);
  }

  Session& operator[](std::uint32_t index) { return slot(index).session; }
  std::uint32_t used() const { return used_; }
  static std::size_t bytes_a_session() { return sizeof(Slot); }

 private:
  static constexpr std::size_t kPrefetched = sizeof(Session);
  union Slot {
    Slot() = delete;
    ~Slot() = delete;
    Session session;
    std::uint32_t next_free;
  };
  Slot& slot(std::uint32_t index) { return static_cast<Slot*>(memory_.data())[index]; }

  Memory memory_;
  std::uint32_t capacity_;
  std::uint32_t fresh_ = 0;  // slots below were used at least once
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
};

}  // namespace mailtap
