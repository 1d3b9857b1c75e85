// SPDX-License-Identifier: Apache-2.0
// Bytes that grow, in a chain of pages of a pool. The owner passes the same pool each time and calls clear()
// before the chain goes. clear() wipes, because a line may have held a secret. 8 bytes at rest, no page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/page_pool.h"
#include "smtp/page_chain.h"

namespace mailtap::smtp {

class TextChain {
 public:
  // There are pages for so many bytes more.
  bool fits(const PagePool& pool, std::size_t n) const {
    return PageChain::pages_for(pool, size_, n) <= pool.pages() - pool.used();
  }
  // False, and nothing has changed, when they do not fit.
  bool append(PagePool& pool, Bytes bytes);
  // The first out.size() bytes, or all there are.
  Bytes copy_out(const PagePool& pool, std::span<std::uint8_t> out) const;
  // Replaces bytes that were appended; they must lie in the first page.
  void overwrite(PagePool& pool, std::size_t offset, Bytes bytes);
  void clear(PagePool& pool);

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  PageChain pages_;
  std::uint32_t size_ = 0;
};

}  // namespace mailtap::smtp
