// SPDX-License-Identifier: Apache-2.0
#include "crypt/sealed_box.h"

#include <sodium.h>

#include "crypt/base64.h"

namespace mailtap {

static_assert(Sealer::kPublicKeySize == crypto_box_PUBLICKEYBYTES &&
              Sealer::kOverhead == crypto_box_SEALBYTES);

Result<Sealer> Sealer::from_base64(std::string_view public_key) {
  MAILTAP_CHECK(sodium_init() >= 0);
  Sealer sealer;
  const Base64Decoded decoded = base64_decode(public_key, sealer.public_key_);
  if (!decoded.strict() || decoded.size != kPublicKeySize)
    return Failure{"public key must be 32 octets in base64"};
  std::array<std::uint8_t, kOverhead + 1> probe{};
  const std::uint8_t letter = 0;
  if (sealer.seal(Bytes(&letter, 1), probe) == 0) return Failure{"public key is a weak point of the curve"};
  return sealer;
}

std::size_t Sealer::seal(Bytes secret, std::span<std::uint8_t> out) const {
  if (out.size() < sealed_size(secret.size())) return 0;
  if (crypto_box_seal(out.data(), secret.data(), secret.size(), public_key_.data()) != 0) return 0;
  return sealed_size(secret.size());
}

}  // namespace mailtap
