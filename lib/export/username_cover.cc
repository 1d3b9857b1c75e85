// SPDX-License-Identifier: Apache-2.0
#include "export/username_cover.h"

#include "base/check.h"
#include "export/hex_text.h"

namespace mailtap {

UsernameCover::UsernameCover(UsernamePrivacy privacy, const KeyedHash* key)
    : hides_(privacy == UsernamePrivacy::kHash), key_(key) {
  MAILTAP_CHECK(!hides_ || key_ != nullptr);
}

std::string_view UsernameCover::cover(std::string_view name) {
  if (!hides_ || name.empty()) return name;
  // The same key hashes (user, secret) pairs; no user's name holds a NUL, so the two cannot meet.
  using std::string_view_literals::operator""sv;
  text_ = "user-";
  text_ += HexText(key_->hash("\0username"sv, as_bytes(name))).text();
  return text_;
}

std::string_view UsernameCover::cover_reply(std::string_view reply) const {
  return hides_ ? reply.substr(0, 3) : reply;
}

}  // namespace mailtap
