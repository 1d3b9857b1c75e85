// SPDX-License-Identifier: Apache-2.0
#include "export/username_cover.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "base/check.h"
#include "export/hex_text.h"

namespace mailtap {
namespace {

// xtext: "+" and two hex digits stand for one octet (RFC 3461 4).
std::string without_xtext(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    unsigned octet = 0;
    const char* const at = text.data() + 1;
    const bool coded =
        text[0] == '+' && text.size() >= 3 && std::from_chars(at, at + 2, octet, 16).ptr == at + 2;
    plain += coded ? static_cast<char>(octet) : text[0];
    text.remove_prefix(coded ? 3 : 1);
  }
  return plain;
}

}  // namespace

UsernameCover::UsernameCover(UsernamePrivacy privacy, const KeyedHash* key)
    : hides_(privacy == UsernamePrivacy::kHash), key_(key) {
  MAILTAP_CHECK(!hides_ || key_ != nullptr);
}

CoveredName UsernameCover::cover(std::string_view name) const {
  CoveredName covered;
  covered.name_ = name;
  if (!hides_ || name.empty()) return covered;
  // The same key hashes (user, secret) pairs; no user's name holds a NUL, so the two cannot meet.
  using std::string_view_literals::operator""sv;
  const HexText hash(key_->hash("\0username"sv, as_bytes(name)));
  covered.hidden_ = true;
  const auto behind =
      std::copy(CoveredName::kPrefix.begin(), CoveredName::kPrefix.end(), covered.word_.begin());
  std::copy(hash.text().begin(), hash.text().end(), behind);
  return covered;
}

CoveredName UsernameCover::cover_mailbox(std::string_view mailbox) const {
  CoveredName shown;
  shown.name_ = mailbox;
  if (!hides_ || mailbox.empty() || mailbox == "<>") return shown;
  std::string plain = without_xtext(mailbox);
  if (plain.size() > 2 && plain.front() == '<' && plain.back() == '>')
    plain = plain.substr(1, plain.size() - 2);
  return cover(plain);
}

CoveredName UsernameCover::cover_subject(const Subject& subject) const {
  if (subject.type == SubjectType::kAccount) return cover(subject.value);
  CoveredName shown;
  shown.name_ = subject.value;
  return shown;
}

std::string_view UsernameCover::cover_reply(std::string_view reply) const {
  return hides_ ? reply.substr(0, 3) : reply;
}

}  // namespace mailtap
