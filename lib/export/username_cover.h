// SPDX-License-Identifier: Apache-2.0
// privacy.usernames = "hash": what stands in every output in place of a user's name. The same name gives the
// same word under one key. Control core only.
//
// Hidden are the names of AUTH, the account of an alert, the mailbox of MAIL's AUTH= (RFC 4954 5), and the
// text of replies, which may repeat any of them. Addresses of the envelope are no user names, and stay even
// where a server uses them as such.
#pragma once

#include <array>
#include <string_view>

#include "crypt/keyed_hash.h"
#include "event/alert.h"
#include "export/export_settings.h"

namespace mailtap {

// A name as it is told. Owns the word that hides it; lives no longer than the name where nothing is hidden.
class CoveredName {
 public:
  std::string_view text() const { return hidden_ ? std::string_view(word_.data(), word_.size()) : name_; }

 private:
  friend class UsernameCover;
  static constexpr std::string_view kPrefix = "user-";

  std::string_view name_;
  bool hidden_ = false;
  std::array<char, kPrefix.size() + 2 * sizeof(KeyedHashValue)> word_{};
};

class UsernameCover {
 public:
  // `key` outlives this; needed for kHash only.
  UsernameCover(UsernamePrivacy privacy, const KeyedHash* key);

  bool hides() const { return hides_; }
  // The name itself, or "user-" and 32 hex digits; empty stays empty.
  CoveredName cover(std::string_view name) const;
  // "<>", which names nobody, stays; any other mailbox is covered as the user's name in it, without the
  // brackets and with RFC 3461 4's xtext undone, so that one user has one word.
  CoveredName cover_mailbox(std::string_view mailbox) const;
  // Covered if it is an account.
  CoveredName cover_subject(const Subject& subject) const;
  // A server's reply may repeat a name; then only its code is told.
  std::string_view cover_reply(std::string_view reply) const;

 private:
  bool hides_;
  const KeyedHash* key_;
};

}  // namespace mailtap
