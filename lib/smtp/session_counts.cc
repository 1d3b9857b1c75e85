// SPDX-License-Identifier: Apache-2.0
#include "smtp/session_counts.h"

#include <cstring>

namespace mailtap::smtp {

bool SessionCounts::raise(PagePool& pool, std::size_t i) {
  if (low_[i] != 0xffff) {
    ++low_[i];
    return true;
  }
  Carries carries{};
  if (carries_ == kNoPage) {
    carries_ = pool.take();
    if (carries_ == kNoPage) return false;
  } else {
    std::memcpy(&carries, pool.at(carries_), sizeof carries);
  }
  if (carries[i] == 0xffff) return false;
  ++carries[i];
  std::memcpy(pool.at(carries_), &carries, sizeof carries);
  low_[i] = 0;
  return true;
}

std::uint32_t SessionCounts::value(const PagePool& pool, std::size_t i) const {
  Carries carries{};
  if (carries_ != kNoPage) std::memcpy(&carries, pool.at(carries_), sizeof carries);
  return std::uint32_t{carries[i]} << 16 | low_[i];
}

bool SessionCounts::add_reply(PagePool& pool, std::uint16_t code) {
  for (std::size_t i = 0; i < kCodesMax; ++i) {
    if (codes_[i] != 0 && codes_[i] != code) continue;
    codes_[i] = code;
    return raise(pool, kCodesAt + i);
  }
  return add(pool, Sum::kRepliesOther);
}

CodeCount SessionCounts::reply(const PagePool& pool, std::size_t i) const {
  return i < kCodesMax ? CodeCount{codes_[i], value(pool, kCodesAt + i)} : CodeCount{};
}

void SessionCounts::clear(PagePool& pool) {
  if (carries_ != kNoPage) pool.give_back(carries_);
  *this = SessionCounts{};
}

}  // namespace mailtap::smtp
