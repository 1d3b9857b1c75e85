// SPDX-License-Identifier: Apache-2.0
// Pages of one fixed size from memory that was taken at start: what holds everything of variable length that
// traffic brings (held segments, lines, names, open transactions). One thread owns a pool. Pages are named by
// index, so that a reference costs four bytes. take() answers kNoPage at the limit and the caller makes do
// and counts; nothing blocks. The free list runs through the free pages themselves; a page that was never
// used was never touched. Whoever gives back a page that may have held a secret says how much of it was used:
// that much is wiped.
#pragma once

#include <string.h>  // explicit_bzero

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/check.h"
#include "base/memory.h"

namespace mailtap {

using PageIndex = std::uint32_t;
inline constexpr PageIndex kNoPage = 0xffff'ffff;

class PagePool {
 public:
  PagePool(std::size_t page_size, std::size_t pages)
      : memory_(page_size * pages), page_size_(page_size), pages_(pages) {
    MAILTAP_CHECK(page_size >= sizeof(PageIndex) && pages < kNoPage);
  }

  PageIndex take() {
    if (free_ != kNoPage) {
      const PageIndex page = free_;
      std::memcpy(&free_, at(page), sizeof free_);
      ++used_;
      return page;
    }
    if (fresh_ == pages_) return kNoPage;
    ++used_;
    return static_cast<PageIndex>(fresh_++);
  }

  void give_back(PageIndex page) {
    MAILTAP_CHECK(page < fresh_ && used_ > 0);
    std::memcpy(at(page), &free_, sizeof free_);
    free_ = page;
    --used_;
  }

  void give_back_wiped(PageIndex page, std::size_t used) {
    wipe(page, 0, used);
    give_back(page);
  }
  // explicit_bzero: the compiler does not leave it out.
  void wipe(PageIndex page, std::size_t from, std::size_t n) {
    MAILTAP_CHECK(page < fresh_ && from <= page_size_ && n <= page_size_ - from);
    ::explicit_bzero(at(page) + from, n);
  }

  std::uint8_t* at(PageIndex page) { return static_cast<std::uint8_t*>(memory_.data()) + page * page_size_; }
  const std::uint8_t* at(PageIndex page) const {
    return static_cast<const std::uint8_t*>(memory_.data()) + page * page_size_;
  }

  std::size_t page_size() const { return page_size_; }
  std::size_t pages() const { return pages_; }
  std::size_t used() const { return used_; }

 private:
  Memory memory_;
  std::size_t page_size_;
  std::size_t pages_;
  std::size_t fresh_ = 0;  // pages below were handed out at least once
  std::size_t used_ = 0;
  PageIndex free_ = kNoPage;
};

}  // namespace mailtap
