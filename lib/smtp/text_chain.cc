// SPDX-License-Identifier: Apache-2.0
#include "smtp/text_chain.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"
#include "crypt/wipe.h"

namespace mailtap::smtp {

namespace {

PageIndex next_of(const PagePool& pool, PageIndex page) {
  PageIndex next = kNoPage;
  std::memcpy(&next, pool.at(page), sizeof next);
  return next;
}

void link(PagePool& pool, PageIndex page, PageIndex next) { std::memcpy(pool.at(page), &next, sizeof next); }

}  // namespace

bool TextChain::add_page(PagePool& pool) {
  const PageIndex page = pool.take();
  if (page == kNoPage) return false;
  link(pool, page, kNoPage);
  if (first_ == kNoPage) {
    first_ = page;
  } else {
    link(pool, last_, page);
  }
  last_ = page;
  return true;
}

bool TextChain::append(PagePool& pool, Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t used = size_ % room(pool);
    if (used == 0 && !add_page(pool)) return false;
    const std::size_t n = std::min(bytes.size(), room(pool) - used);
    std::memcpy(pool.at(last_) + sizeof(PageIndex) + used, bytes.data(), n);
    size_ += static_cast<std::uint32_t>(n);
    bytes = bytes.subspan(n);
  }
  return true;
}

Bytes TextChain::copy_out(const PagePool& pool, std::span<std::uint8_t> out) const {
  const std::size_t wanted = std::min<std::size_t>(size_, out.size());
  std::size_t done = 0;
  for (PageIndex page = first_; done < wanted; page = next_of(pool, page)) {
    const std::size_t n = std::min(wanted - done, room(pool));
    std::memcpy(out.data() + done, pool.at(page) + sizeof(PageIndex), n);
    done += n;
  }
  return out.first(wanted);
}

void TextChain::overwrite(PagePool& pool, std::size_t offset, Bytes bytes) {
  MAILTAP_CHECK(offset + bytes.size() <= std::min<std::size_t>(size_, room(pool)));
  if (!bytes.empty()) std::memcpy(pool.at(first_) + sizeof(PageIndex) + offset, bytes.data(), bytes.size());
}

void TextChain::clear(PagePool& pool) {
  for (PageIndex page = first_; page != kNoPage;) {
    const PageIndex next = next_of(pool, page);
    const std::size_t n = std::min<std::size_t>(size_, room(pool));
    wipe({pool.at(page) + sizeof(PageIndex), n});
    size_ -= static_cast<std::uint32_t>(n);
    pool.give_back(page);
    page = next;
  }
  *this = TextChain{};
}

}  // namespace mailtap::smtp
