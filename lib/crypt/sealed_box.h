// SPDX-License-Identifier: Apache-2.0
// Seals a secret to the operator's public key (libsodium's sealed box: X25519, XSalsa20-Poly1305): only the
// holder of the private key, who is not here, can open it. Sealing the same secret twice gives different
// octets. Const once made; any thread. About 100 us a call: for credentials, not for packets. No allocation.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace mailtap {

class Sealer {
 public:
  static constexpr std::size_t kPublicKeySize = 32;
  static constexpr std::size_t kOverhead = 48;  // an ephemeral public key and a tag

  // `public_key` in base64, as it stands in the settings. Fails on anything but 32 octets of a usable key.
  static Result<Sealer> from_base64(std::string_view public_key);

  static constexpr std::size_t sealed_size(std::size_t secret_size) { return secret_size + kOverhead; }

  // Octets written: sealed_size(secret.size()), or 0 when `out` is smaller than that.
  std::size_t seal(Bytes secret, std::span<std::uint8_t> out) const;

 private:
  Sealer() = default;

  std::array<std::uint8_t, kPublicKeySize> public_key_{};
};

}  // namespace mailtap
