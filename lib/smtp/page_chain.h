// SPDX-License-Identifier: Apache-2.0
// Pages of a pool, one behind the other: [index of the next page][bytes]. The last points back to the first,
// so that the chain costs its owner four bytes. It holds no pointer to its pool: the owner passes the same
// one each time and gives every page back before the chain goes. Of this room only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "base/page_pool.h"

namespace mailtap::smtp {

class PageChain {
 public:
  static std::size_t room(const PagePool& pool) { return pool.page_size() - sizeof(PageIndex); }
  // Pages that `more` bytes need behind `used` bytes, of which the chain holds every page.
  static std::size_t pages_for(const PagePool& pool, std::size_t used, std::size_t more) {
    const std::size_t at = used % room(pool);
    const std::size_t left = at == 0 ? 0 : room(pool) - at;
    return more <= left ? 0 : (more - left + room(pool) - 1) / room(pool);
  }

  bool empty() const { return last_ == kNoPage; }
  PageIndex last() const { return last_; }
  PageIndex first(const PagePool& pool) const { return empty() ? kNoPage : next(pool, last_); }
  static PageIndex next(const PagePool& pool, PageIndex page) {
    PageIndex next = kNoPage;
    std::memcpy(&next, pool.at(page), sizeof next);
    return next;
  }
  static std::uint8_t* bytes(PagePool& pool, PageIndex page) { return pool.at(page) + sizeof(PageIndex); }
  static const std::uint8_t* bytes(const PagePool& pool, PageIndex page) {
    return pool.at(page) + sizeof(PageIndex);
  }

  // A page at the end; false, and nothing has changed, when there is none.
  bool add(PagePool& pool) {
    const PageIndex page = pool.take();
    if (page == kNoPage) return false;
    link(pool, page, empty() ? page : next(pool, last_));
    if (!empty()) link(pool, last_, page);
    last_ = page;
    return true;
  }

  // Gives the first page back. The chain must not be empty.
  void pop(PagePool& pool) {
    const PageIndex page = next(pool, last_);
    if (page == last_) {
      last_ = kNoPage;
    } else {
      link(pool, last_, next(pool, page));
    }
    pool.give_back(page);
  }

 private:
  static void link(PagePool& pool, PageIndex page, PageIndex next) {
    std::memcpy(pool.at(page), &next, sizeof next);
  }

  PageIndex last_ = kNoPage;
};

}  // namespace mailtap::smtp
