// SPDX-License-Identifier: Apache-2.0
#include "smtp/command_queue.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace mailtap::smtp {

bool CommandQueue::push(PagePool& pool, const PendingCommand& command) {
  const std::size_t size = kHeadSize + command.argument.size();
  if (PageChain::pages_for(pool, head_ + bytes_, size) > pool.pages() - pool.used()) return false;
  std::array<std::uint8_t, kHeadSize> head{};
  head[0] = static_cast<std::uint8_t>(command.verb);
  head[1] = command.last;
  const auto argument_size = static_cast<std::uint16_t>(command.argument.size());
  MAILTAP_CHECK(argument_size == command.argument.size());
  std::memcpy(head.data() + 2, &argument_size, sizeof argument_size);
  std::memcpy(head.data() + 4, &command.number, sizeof command.number);
  write(pool, head);
  write(pool, command.argument);
  ++count_;
  newest_ = command.verb;
  return true;
}

void CommandQueue::write(PagePool& pool, Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t at = (head_ + bytes_) % PageChain::room(pool);
    if (at == 0) MAILTAP_CHECK(pages_.add(pool));
    const std::size_t n = std::min(bytes.size(), PageChain::room(pool) - at);
    std::memcpy(PageChain::bytes(pool, pages_.last()) + at, bytes.data(), n);
    bytes_ += static_cast<std::uint32_t>(n);
    bytes = bytes.subspan(n);
  }
}

// `offset` counts from the first page's first byte.
void CommandQueue::read(const PagePool& pool, std::size_t offset, std::span<std::uint8_t> out) const {
  PageIndex page = pages_.first(pool);
  while (!out.empty()) {
    for (; offset >= PageChain::room(pool); offset -= PageChain::room(pool))
      page = PageChain::next(pool, page);
    const std::size_t n = std::min(out.size(), PageChain::room(pool) - offset);
    std::memcpy(out.data(), PageChain::bytes(pool, page) + offset, n);
    offset += n;
    out = out.subspan(n);
  }
}

PendingCommand CommandQueue::front(const PagePool& pool, std::span<std::uint8_t> scratch) const {
  MAILTAP_CHECK(count_ > 0);
  std::array<std::uint8_t, kHeadSize> head{};
  read(pool, head_, head);
  PendingCommand command;
  command.verb = static_cast<Verb>(head[0]);
  command.last = head[1] != 0;
  std::uint16_t size = 0;
  std::memcpy(&size, head.data() + 2, sizeof size);
  std::memcpy(&command.number, head.data() + 4, sizeof command.number);
  const auto argument = scratch.first(std::min<std::size_t>(size, scratch.size()));
  read(pool, head_ + kHeadSize, argument);
  command.argument = argument;
  return command;
}

void CommandQueue::pop(PagePool& pool) {
  MAILTAP_CHECK(count_ > 0);
  std::array<std::uint8_t, kHeadSize> head{};
  read(pool, head_, head);
  std::uint16_t argument_size = 0;
  std::memcpy(&argument_size, head.data() + 2, sizeof argument_size);
  const std::size_t size = kHeadSize + argument_size;
  --count_;
  if (count_ == 0) return clear(pool);
  bytes_ -= static_cast<std::uint32_t>(size);
  std::size_t next = head_ + size;
  for (; next >= PageChain::room(pool); next -= PageChain::room(pool)) pages_.pop(pool);
  head_ = static_cast<std::uint16_t>(next);
}

void CommandQueue::clear(PagePool& pool) {
  while (!pages_.empty()) pages_.pop(pool);
  *this = CommandQueue{};
}

}  // namespace mailtap::smtp
