// SPDX-License-Identifier: Apache-2.0
// privacy.usernames = "hash": what stands in every output in place of a user's name. The same name gives the
// same word under one key. Control core only.
#pragma once

#include <string>
#include <string_view>

#include "crypt/keyed_hash.h"
#include "export/export_settings.h"

namespace mailtap {

class UsernameCover {
 public:
  // `key` outlives this; needed for kHash only.
  UsernameCover(UsernamePrivacy privacy, const KeyedHash* key);

  bool hides() const { return hides_; }
  // The name itself, or "user-" and 32 hex digits; empty stays empty. Valid until the next call, or as long
  // as `name`.
  std::string_view cover(std::string_view name);
  // A server's reply may repeat the name it refuses; then only its code is told.
  std::string_view cover_reply(std::string_view reply) const;

 private:
  bool hides_;
  const KeyedHash* key_;
  std::string text_;
};

}  // namespace mailtap
