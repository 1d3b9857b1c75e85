// SPDX-License-Identifier: Apache-2.0
// What an event says instead of a secret: BLAKE2b with a key (RFC 7693), 16 octets out, over user and secret.
// Equal pairs give equal values under one key; without the key nothing can be tried against it. The key is
// wiped when the object goes. A KeyedHash is const once made: any number of threads may hash with it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"
#include "crypt/wipe.h"

namespace mailtap {

using KeyedHashValue = std::array<std::uint8_t, 16>;

class KeyedHash {
 public:
  static constexpr std::size_t kKeySize = 32;

  // For one run: nothing that is hashed with it can be compared with another run.
  static KeyedHash random();

  // A regular file of exactly kKeySize octets that belongs to this user and nobody else can read or write
  // (mode 0600 or less); anything else is refused with "FILE: why". No symbolic link is followed.
  static Result<KeyedHash> from_file(const std::string& path);

  // Makes the file with a random key, mode 0600. A file that is there already is a failure and left alone.
  static Result<KeyedHash> create_file(const std::string& path);

  // Each part goes in behind its length: ("ab", "c") and ("a", "bc") differ.
  KeyedHashValue hash(std::string_view user, Bytes secret) const;

  // Names the key without telling anything about it, to see whether two hashes can be compared.
  std::uint64_t key_id() const { return key_id_; }

 private:
  using Key = Secret<kKeySize>;
  explicit KeyedHash(std::unique_ptr<Key> key);

  std::unique_ptr<Key> key_;  // at a place that does not move: no copy to wipe
  std::uint64_t key_id_ = 0;
};

}  // namespace mailtap
