// SPDX-License-Identifier: Apache-2.0
// Bytes that grow, in a chain of pages of a pool: [index of the next page][bytes]. The chain holds no pointer
// to its pool: the owner passes the same one each time and calls clear() before the chain goes. clear()
// wipes, because a line may have held a secret. 12 bytes at rest, no page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/page_pool.h"

namespace mailtap::smtp {

class TextChain {
 public:
  // Appends as much as there is room for; false when a page was missing.
  bool append(PagePool& pool, Bytes bytes);
  // The first out.size() bytes, or all there are.
  Bytes copy_out(const PagePool& pool, std::span<std::uint8_t> out) const;
  // Replaces bytes that were appended; they must lie in the first page.
  void overwrite(PagePool& pool, std::size_t offset, Bytes bytes);
  void clear(PagePool& pool);

  std::uint32_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

 private:
  static std::size_t room(const PagePool& pool) { return pool.page_size() - sizeof(PageIndex); }
  bool add_page(PagePool& pool);

  PageIndex first_ = kNoPage;
  PageIndex last_ = kNoPage;
  std::uint32_t size_ = 0;
};

}  // namespace mailtap::smtp
