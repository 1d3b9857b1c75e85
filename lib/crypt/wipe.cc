// SPDX-License-Identifier: Apache-2.0
#include "crypt/wipe.h"

#include <sodium.h>

namespace mailtap {

void wipe(std::span<std::uint8_t> bytes) noexcept {
  if (!bytes.empty()) sodium_memzero(bytes.data(), bytes.size());
}

}  // namespace mailtap
