// SPDX-License-Identifier: Apache-2.0
// Wiping of secrets: memory that held one is cleared in a way that the compiler does not leave out. Any
// thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mailtap {

void wipe(std::span<std::uint8_t> bytes) noexcept;

// N bytes that are wiped when they go out of scope. Neither copied nor moved, so that no second copy is left
// behind.
template <std::size_t N>
class Secret {
 public:
  Secret() = default;
  ~Secret() { wipe(bytes_); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  std::uint8_t* data() { return bytes_.data(); }
  const std::uint8_t* data() const { return bytes_.data(); }
  static constexpr std::size_t size() { return N; }
  std::span<std::uint8_t> span() { return bytes_; }
  std::span<const std::uint8_t> span() const { return bytes_; }

 private:
  std::array<std::uint8_t, N> bytes_{};
};

}  // namespace mailtap
