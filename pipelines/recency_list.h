// SPDX-License-Identifier: Apache-2.0
// Which item was longest not touched: a doubly linked list through an array, so that the links of all items
// lie close together (8 bytes each) and no item's own memory is looked at. Items are 0 .. capacity-1, each at
// most once. Memory is taken by the constructor. One thread.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/check.h"
#include "base/memory.h"

namespace mailtap {

class RecencyList {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  explicit RecencyList(std::size_t capacity) : links_(capacity) {}
  static constexpr std::size_t bytes_an_item() { return sizeof(Links); }

  std::uint32_t oldest() const { return oldest_; }  // kNone when empty

  // Puts an item in that is not in.
  void add(std::uint32_t item) {
    links_[item] = {newest_, kNone};
    (newest_ == kNone ? oldest_ : links_[newest_].newer) = item;
    newest_ = item;
  }

  // It is now the newest; an item that is in.
  void touch(std::uint32_t item) {
    if (item == newest_) return;
    remove(item);
    add(item);
  }

  void remove(std::uint32_t item) {
    MAILTAP_CHECK(oldest_ != kNone);
    const Links links = links_[item];
    (links.older == kNone ? oldest_ : links_[links.older].newer) = links.newer;
    (links.newer == kNone ? newest_ : links_[links.newer].older) = links.older;
  }

 private:
  struct Links {
    std::uint32_t older;
    std::uint32_t newer;
  };

  ZeroedArray<Links> links_;
  std::uint32_t oldest_ = kNone;
  std::uint32_t newest_ = kNone;
};

}  // namespace mailtap
