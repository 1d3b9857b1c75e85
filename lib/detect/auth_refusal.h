// SPDX-License-Identifier: Apache-2.0
// What detectors of refused secrets have in common: which refusals count, and what stands for an account and
// a secret in their windows. Hashes of keyed hashes: nothing here can be turned back.
#pragma once

#include <cstdint>
#include <cstring>

#include "base/hash.h"
#include "event/auth_record.h"

namespace mailtap {

// RFC 4954 6: 535 invalid, 534 too weak a mechanism, 432 the password must change. 454 is the server's own
// trouble.
inline bool secret_was_refused(const AuthRecord& record) {
  return record.code == 535 || record.code == 534 || record.code == 432;
}

inline std::uint64_t hash_of_account(const AuthRecord& record) {
  return hash_bytes(record.username.data(), record.username.size(), 1);
}

// Of user and secret.
inline std::uint64_t hash_of_secret(const AuthRecord& record) {
  std::uint64_t hash = 0;
  std::memcpy(&hash, record.hmac.data(), sizeof hash);
  return hash;
}

}  // namespace mailtap
