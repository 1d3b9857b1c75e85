// SPDX-License-Identifier: Apache-2.0
// How often things happened in one session: verbs, reply codes, and what its summary sums up. 16 bits a
// count; what goes beyond stands in a page of the pool, which hardly any session needs. The owner passes the
// same pool each time and calls clear().
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/page_pool.h"
#include "smtp/dialogue_listener.h"
#include "smtp/smtp_settings.h"

namespace mailtap::smtp {

enum class Sum : std::uint8_t {
  kMessages,
  kRecipients,
  kRecipientsRejected,
  kAuthSuccesses,
  kRepliesOther,  // with codes that are not counted apart
  kCount
};

class SessionCounts {
 public:
  static constexpr std::size_t kCodesMax = 14;  // reply codes that are counted apart

  // All false when it could not be counted for want of a page.
  bool add(PagePool& pool, Verb verb) { return raise(pool, static_cast<std::size_t>(verb)); }
  bool add(PagePool& pool, Sum sum) { return raise(pool, kSumsAt + static_cast<std::size_t>(sum)); }
  bool add_reply(PagePool& pool, std::uint16_t code);

  std::uint32_t of(const PagePool& pool, Verb verb) const {
    return value(pool, static_cast<std::size_t>(verb));
  }
  std::uint32_t of(const PagePool& pool, Sum sum) const {
    return value(pool, kSumsAt + static_cast<std::size_t>(sum));
  }
  // In the order in which they were first used; code 0 behind the last.
  CodeCount reply(const PagePool& pool, std::size_t i) const;
  void clear(PagePool& pool);

 private:
  static constexpr std::size_t kCodesAt = kVerbCounts;
  static constexpr std::size_t kSumsAt = kCodesAt + kCodesMax;
  static constexpr std::size_t kAll = kSumsAt + static_cast<std::size_t>(Sum::kCount);
  using Carries = std::array<std::uint16_t, kAll>;
  static_assert(sizeof(Carries) <= kSmtpTextPageSize);

  bool raise(PagePool& pool, std::size_t i);
  std::uint32_t value(const PagePool& pool, std::size_t i) const;

  std::array<std::uint16_t, kAll> low_{};
  std::array<std::uint16_t, kCodesMax> codes_{};
  PageIndex carries_ = kNoPage;  // a Carries: how often each of low_ went round
};

}  // namespace mailtap::smtp
