// SPDX-License-Identifier: Apache-2.0
#include "smtp/text_chain.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "crypt/wipe.h"

namespace mailtap::smtp {

bool TextChain::append(PagePool& pool, Bytes bytes) {
  if (!fits(pool, bytes.size())) return false;
  while (!bytes.empty()) {
    const std::size_t used = size_ % PageChain::room(pool);
    if (used == 0) MAILTAP_CHECK(pages_.add(pool));
    const std::size_t n = std::min(bytes.size(), PageChain::room(pool) - used);
    std::memcpy(PageChain::bytes(pool, pages_.last()) + used, bytes.data(), n);
    size_ += static_cast<std::uint32_t>(n);
    bytes = bytes.subspan(n);
  }
  return true;
}

Bytes TextChain::copy_out(const PagePool& pool, std::span<std::uint8_t> out) const {
  const std::size_t wanted = std::min<std::size_t>(size_, out.size());
  std::size_t done = 0;
  for (PageIndex page = pages_.first(pool); done < wanted; page = PageChain::next(pool, page)) {
    const std::size_t n = std::min(wanted - done, PageChain::room(pool));
    std::memcpy(out.data() + done, PageChain::bytes(pool, page), n);
    done += n;
  }
  return out.first(wanted);
}

void TextChain::overwrite(PagePool& pool, std::size_t offset, Bytes bytes) {
  MAILTAP_CHECK(offset + bytes.size() <= std::min<std::size_t>(size_, PageChain::room(pool)));
  if (bytes.empty()) return;
  std::memcpy(PageChain::bytes(pool, pages_.first(pool)) + offset, bytes.data(), bytes.size());
}

void TextChain::clear(PagePool& pool) {
  while (!pages_.empty()) {
    const std::size_t n = std::min<std::size_t>(size_, PageChain::room(pool));
    wipe({PageChain::bytes(pool, pages_.first(pool)), n});
    size_ -= static_cast<std::uint32_t>(n);
    pages_.pop(pool);
  }
  size_ = 0;
}

}  // namespace mailtap::smtp
