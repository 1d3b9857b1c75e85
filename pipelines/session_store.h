// SPDX-License-Identifier: Apache-2.0
// The sessions of one worker: slots from memory taken at start, named by index, and which of them is longest
// idle. One thread.
#pragma once

#include <cstdint>
#include <new>

#include "base/check.h"
#include "base/memory.h"
#include "pipelines/recency_list.h"
#include "pipelines/session.h"

namespace mailtap {

class SessionStore {
 public:
  static constexpr std::uint32_t kNone = RecencyList::kNone;

  explicit SessionStore(std::uint32_t capacity)
      : memory_(std::size_t{capacity} * sizeof(Slot)), recency_(capacity), capacity_(capacity) {}

  // A new one, touched; kNone at the limit.
  std::uint32_t take() {
    std::uint32_t index = free_;
    if (index != kNone) {
      free_ = slot(index).next_free;
    } else {
      if (fresh_ == capacity_) return kNone;
      index = fresh_++;
    }
    new (&slot(index).session) Session();
    recency_.add(index);
    ++used_;
    return index;
  }

  void give_back(std::uint32_t index) {
    MAILTAP_CHECK(index < fresh_);
    slot(index).session.~Session();
    recency_.remove(index);
    slot(index).next_free = free_;
    free_ = index;
    --used_;
  }

  // A packet of it came.
  void touch(std::uint32_t index) { recency_.touch(index); }
  std::uint32_t longest_idle() const { return recency_.oldest(); }  // kNone when there is none

  // The lines that every segment of a session needs: index < capacity.
  void prefetch(std::uint32_t index) {
    const char* const at = reinterpret_cast<const char*>(&slot(index));
    for (std::size_t line = 0; line < kPrefetched; line += 64) __builtin_prefetch(at + line, 1);
  }

  Session& operator[](std::uint32_t index) { return slot(index).session; }
  std::uint32_t used() const { return used_; }
  static std::size_t bytes_a_session() { return sizeof(Slot) + RecencyList::bytes_an_item(); }

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
  RecencyList recency_;
  std::uint32_t capacity_;
  std::uint32_t fresh_ = 0;  // slots below were used at least once
  std::uint32_t used_ = 0;
  std::uint32_t free_ = kNone;
};

}  // namespace mailtap
