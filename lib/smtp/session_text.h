// SPDX-License-Identifier: Apache-2.0
// The names a session keeps to its end, in a chain of pages: banner, HELO, capabilities (one a line), user.
// The owner passes the same pool and scratch each time and calls clear().
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "smtp/text_chain.h"

namespace mailtap::smtp {

class SessionText {
 public:
  enum class Name : std::uint8_t { kBanner, kHelo, kCapabilities, kUser };

  // False when it was cut to `limit` bytes in all, or for want of a page.
  bool set(PagePool& pool, Name name, std::string_view text, std::uint32_t limit,
           std::span<std::uint8_t> scratch);
  struct View {
    std::array<std::string_view, 4> names;
    std::string_view operator[](Name name) const { return names[static_cast<std::size_t>(name)]; }
  };
  // Views into `scratch`.
  View view(const PagePool& pool, std::span<std::uint8_t> scratch) const;
  bool has(Name name) const { return sizes_[static_cast<std::size_t>(name)] != 0; }
  void clear(PagePool& pool);

 private:
  TextChain text_;
  std::array<std::uint16_t, 4> sizes_{};
};

}  // namespace mailtap::smtp
