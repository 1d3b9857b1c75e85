// SPDX-License-Identifier: Apache-2.0
// Settings of how secrets leave a worker. Names of keys, never a secret itself: the hash key stays in its
// file, and the sealing key is a public one.
#pragma once

#include <string>

namespace mailtap {

struct PrivacySettings {
  std::string key_file;         // keyed hashes of secrets; empty: a random key for this run alone
  std::string seal_public_key;  // base64 of an X25519 public key; empty: secrets are hashed only
};

}  // namespace mailtap
