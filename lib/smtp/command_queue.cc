// SPDX-License-Identifier: Apache-2.0
#include "smtp/command_queue.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/check.h"

namespace mailtap::smtp {

namespace {

PageIndex next_of(const PagePool& pool, PageIndex page) {
  PageIndex next = kNoPage;
  std::memcpy(&next, pool.at(page), sizeof next);
  return next;
}

}  // namespace

bool CommandQueue::push(PagePool& pool, const PendingCommand& command) {
  const std::size_t size = kHeadSize + command.argument.size();
  const std::size_t end = (head_ + bytes_) % room(pool);
  const std::size_t left = first_ == kNoPage || end == 0 ? 0 : room(pool) - end;
  const std::size_t pages = size <= left ? 0 : (size - left + room(pool) - 1) / room(pool);
  if (pool.pages() - pool.used() < pages) return false;
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
    const std::size_t at = (head_ + bytes_) % room(pool);
    if (first_ == kNoPage || at == 0) {
      const PageIndex page = pool.take();
      MAILTAP_CHECK(page != kNoPage);
      const PageIndex none = kNoPage;
      std::memcpy(pool.at(page), &none, sizeof none);
      if (first_ == kNoPage) {
        first_ = page;
      } else {
        std::memcpy(pool.at(last_), &page, sizeof page);
      }
      last_ = page;
    }
    const std::size_t n = std::min(bytes.size(), room(pool) - at);
    std::memcpy(pool.at(last_) + sizeof(PageIndex) + at, bytes.data(), n);
    bytes_ += static_cast<std::uint32_t>(n);
    bytes = bytes.subspan(n);
  }
}

void CommandQueue::read(const PagePool& pool, PageIndex page, std::size_t offset,
                        std::span<std::uint8_t> out) const {
  while (!out.empty()) {
    for (; offset >= room(pool); offset -= room(pool)) page = next_of(pool, page);
    const std::size_t n = std::min(out.size(), room(pool) - offset);
    std::memcpy(out.data(), pool.at(page) + sizeof(PageIndex) + offset, n);
    offset += n;
    out = out.subspan(n);
  }
}

PendingCommand CommandQueue::front(const PagePool& pool, std::span<std::uint8_t> scratch) const {
  MAILTAP_CHECK(count_ > 0);
  std::array<std::uint8_t, kHeadSize> head{};
  read(pool, first_, head_, head);
  PendingCommand command;
  command.verb = static_cast<Verb>(head[0]);
  command.last = head[1] != 0;
  std::uint16_t size = 0;
  std::memcpy(&size, head.data() + 2, sizeof size);
  std::memcpy(&command.number, head.data() + 4, sizeof command.number);
  const auto argument = scratch.first(std::min<std::size_t>(size, scratch.size()));
  read(pool, first_, head_ + kHeadSize, argument);
  command.argument = argument;
  return command;
}

void CommandQueue::pop(PagePool& pool) {
  MAILTAP_CHECK(count_ > 0);
  std::array<std::uint8_t, kHeadSize> head{};
  read(pool, first_, head_, head);
  std::uint16_t argument_size = 0;
  std::memcpy(&argument_size, head.data() + 2, sizeof argument_size);
  const auto size = static_cast<std::uint32_t>(kHeadSize + argument_size);
  bytes_ -= size;
  --count_;
  if (count_ == 0) {
    clear(pool);
    return;
  }
  for (head_ += size; head_ >= room(pool); head_ -= static_cast<std::uint32_t>(room(pool))) {
    const PageIndex page = first_;
    first_ = next_of(pool, page);
    pool.give_back(page);
  }
}

void CommandQueue::clear(PagePool& pool) {
  while (first_ != kNoPage) {
    const PageIndex page = first_;
    first_ = next_of(pool, page);
    pool.give_back(page);
  }
  *this = CommandQueue{};
}

}  // namespace mailtap::smtp
