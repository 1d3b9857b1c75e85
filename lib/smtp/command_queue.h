// SPDX-License-Identifier: Apache-2.0
// Commands whose reply has not come yet, oldest first, with their arguments, in pages of a pool (RFC 2920).
//   entry: verb (1) last (1) size of the argument (2) number (8) argument
// The owner passes the same pool each time and calls clear() before the queue goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"
#include "base/page_pool.h"
#include "smtp/page_chain.h"
#include "smtp/verb.h"

namespace mailtap::smtp {

struct PendingCommand {
  Verb verb = Verb::kOther;
  bool last = false;         // BDAT ... LAST
  std::uint64_t number = 0;  // size of a chunk or a message
  Bytes argument;            // of MAIL, RCPT, EHLO, HELO, LHLO
};

class CommandQueue {
 public:
  // False, and nothing has changed, when no page is left.
  bool push(PagePool& pool, const PendingCommand& command);
  // The oldest; its argument is copied to `scratch`. The queue must not be empty.
  PendingCommand front(const PagePool& pool, std::span<std::uint8_t> scratch) const;
  void pop(PagePool& pool);
  void clear(PagePool& pool);

  std::uint32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  std::uint32_t bytes() const { return bytes_; }
  Verb newest() const { return newest_; }  // meaningful unless empty

 private:
  static constexpr std::size_t kHeadSize = 12;

  void write(PagePool& pool, Bytes bytes);
  void read(const PagePool& pool, std::size_t offset, std::span<std::uint8_t> out) const;

  PageChain pages_;
  std::uint32_t bytes_ = 0;  // of all entries
  std::uint16_t head_ = 0;   // offset of the oldest entry in the first page: a page has at most 65536 bytes
  std::uint16_t count_ = 0;  // SmtpSettings::pending_commands_max is at most 65535
  Verb newest_ = Verb::kOther;
};

}  // namespace mailtap::smtp
