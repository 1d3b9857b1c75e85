// SPDX-License-Identifier: Apache-2.0
// Seals a secret to the operator's public key (libsodium's sealed box: X25519, XSalsa20-Poly1305): only the
// holder of the private key, who is not here, can open it, with crypto_box_seal_open. Sealing the same secret
// twice gives different octets. About 100 us a call: for credentials, not for packets. No allocation, and no
// system call once it is made.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypt/wipe.h"

namespace mailtap {

// To which secrets are sealed. Const once made; any thread.
class SealingKey {
 public:
  static constexpr std::size_t kSize = 32;

  // In base64, as it stands in the settings. Fails on anything but 32 octets of a usable key.
  static Result<SealingKey> from_base64(std::string_view text);

  const std::uint8_t* data() const { return octets_.data(); }

 private:
  SealingKey() = default;

  std::array<std::uint8_t, kSize> octets_{};
};

// One thread's. The key pair of each box comes from a generator of its own, which takes 32 octets of the
// system when it is made and is wound forward with each box: what is sealed cannot be opened with what is
// left of it. Two in one state would give two secrets one key stream, hence neither copied nor moved.
class Sealer {
 public:
  static constexpr std::size_t kOverhead = 48;  // an ephemeral public key and a tag

  explicit Sealer(const SealingKey& key);

  static constexpr std::size_t sealed_size(std::size_t secret_size) { return secret_size + kOverhead; }

  // Octets written: sealed_size(secret.size()), or 0 when `out` is smaller than that.
  std::size_t seal(Bytes secret, std::span<std::uint8_t> out);

 private:
  struct EphemeralPair;
  void next(EphemeralPair& pair);

  SealingKey key_;
  Secret<32> generator_;
};

}  // namespace mailtap
