// SPDX-License-Identifier: Apache-2.0
//   sealed     ephemeral public key, crypto_box_easy(secret, nonce, public key, ephemeral secret key)
//   nonce      BLAKE2b-24(ephemeral public key, public key)
//   generator  seed of the pair, next generator := the halves of BLAKE2b-64(key: generator, "mailtap seal")
//
// crypto_box_seal itself asks the system for each pair.
#include "crypt/sealed_box.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "crypt/base64.h"

namespace mailtap {
namespace {

static_assert(SealingKey::kSize == crypto_box_PUBLICKEYBYTES && Sealer::kOverhead == crypto_box_SEALBYTES);

using Nonce = std::array<std::uint8_t, crypto_box_NONCEBYTES>;

Nonce nonce_of(const std::uint8_t* ephemeral, const std::uint8_t* to) {
  std::array<std::uint8_t, 2 * crypto_box_PUBLICKEYBYTES> keys;
  std::copy_n(to, crypto_box_PUBLICKEYBYTES, std::copy_n(ephemeral, crypto_box_PUBLICKEYBYTES, keys.begin()));
  Nonce nonce;
  crypto_generichash_blake2b(nonce.data(), nonce.size(), keys.data(), keys.size(), nullptr, 0);
  return nonce;
}

}  // namespace

Result<SealingKey> SealingKey::from_base64(std::string_view text) {
  MAILTAP_CHECK(sodium_init() >= 0);
  SealingKey key;
  const Base64Decoded decoded = base64_decode(text, key.octets_);
  if (!decoded.strict() || decoded.size != kSize) return Failure{"public key must be 32 octets in base64"};
  std::array<std::uint8_t, Sealer::sealed_size(1)> probe{};
  const std::uint8_t letter = 0;
  if (Sealer(key).seal(Bytes(&letter, 1), probe) == 0)
    return Failure{"public key is a weak point of the curve"};
  return key;
}

struct Sealer::EphemeralPair {
  std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> open;
  Secret<crypto_box_SECRETKEYBYTES> closed;
};

Sealer::Sealer(const SealingKey& key) : key_(key) { randombytes_buf(generator_.data(), Secret<32>::size()); }

void Sealer::next(EphemeralPair& pair) {
  static constexpr std::uint8_t kContext[] = {'m', 'a', 'i', 'l', 't', 'a', 'p', ' ', 's', 'e', 'a', 'l'};
  Secret<crypto_box_SEEDBYTES + Secret<32>::size()> made;
  crypto_generichash_blake2b(made.data(), made.size(), kContext, sizeof kContext, generator_.data(),
                             Secret<32>::size());
  crypto_box_seed_keypair(pair.open.data(), pair.closed.data(), made.data());
  std::copy_n(made.data() + crypto_box_SEEDBYTES, Secret<32>::size(), generator_.data());
}

std::size_t Sealer::seal(Bytes secret, std::span<std::uint8_t> out) {
  if (out.size() < sealed_size(secret.size())) return 0;
  EphemeralPair pair;
  next(pair);
  std::uint8_t* const box = std::copy(pair.open.begin(), pair.open.end(), out.data());
  const Nonce nonce = nonce_of(pair.open.data(), key_.data());
  if (crypto_box_easy(box, secret.data(), secret.size(), nonce.data(), key_.data(), pair.closed.data()) != 0)
    return 0;
  return sealed_size(secret.size());
}

}  // namespace mailtap
