// SPDX-License-Identifier: Apache-2.0
#include "smtp/auth_state.h"

#include <new>

#include "crypt/base64.h"
#include "crypt/wipe.h"
#include "smtp/auth_facts.h"

namespace mailtap::smtp {

namespace {

constexpr std::size_t kDecodedMax = 9 * 1024;  // of a line of 12288 characters (RFC 4954 4)

AuthFacts& facts_at(PagePool& pool, PageIndex page) { return *reinterpret_cast<AuthFacts*>(pool.at(page)); }
const AuthFacts& facts_at(const PagePool& pool, PageIndex page) {
  return *reinterpret_cast<const AuthFacts*>(pool.at(page));
}

void keep(AuthFacts& facts, const Response& response, const KeyedHash& hash, const Sealer* sealer) {
  if (!response.username.empty() && is_name(response.username)) facts.username.set(response.username);
  if (!response.authzid.empty() && is_name(response.authzid)) facts.authzid.set(response.authzid);
  facts.malformed = facts.malformed || response.malformed;
  facts.complete = facts.complete || response.complete;
  if (response.kind == SecretKind::kNone || facts.secret_kind != SecretKind::kNone) return;
  const Bytes secret = as_bytes(response.secret);
  facts.secret_kind = response.kind;
  facts.hmac = hash.hash(facts.username.view(), secret);
  facts.secret_alone = hash.hash({}, secret);
  if (sealer == nullptr || secret.size() > kSealedSecretMax) return;
  std::array<std::uint8_t, kSealedSecretMax + Sealer::kOverhead> sealed{};
  const std::size_t n = sealer->seal(secret, sealed);
  facts.sealed.set(as_text(Bytes(sealed).first(n)));
}

}  // namespace

bool AuthState::begin(PagePool& pool, std::string_view mechanism, bool offered, TimeNs time) {
  clear(pool);
  page_ = pool.take();
  if (page_ == kNoPage) return false;
  auto* facts = new (pool.at(page_)) AuthFacts;
  facts->start = time;
  facts->name.set(mechanism);
  for (char& c : facts->name.bytes) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  facts->mechanism = mechanism_of(facts->name.view());
  if (!offered && !is_known_mechanism(facts->name.view())) facts->name.set("UNKNOWN");
  return true;
}

void AuthState::respond(PagePool& pool, std::string_view line, bool initial, bool cut, const KeyedHash& hash,
                        const Sealer* sealer) {
  if (!active()) return;
  AuthFacts& facts = facts_at(pool, page_);
  facts.initial_response = facts.initial_response || initial;
  if (!initial && line == "*") facts.aborted = true;
  if (facts.aborted) return;
  if (!cut) {
    Secret<kDecodedMax> decoded;
    const std::string_view text = initial && line == "=" ? std::string_view{} : line;
    const Base64Decoded done = base64_decode(text, decoded.span());
    const bool whole = done.end == Base64End::kWhole || done.end == Base64End::kUnpadded ||
                       done.end == Base64End::kLooseBits;
    keep(facts, read_response(facts, as_text(Bytes(decoded.span()).first(done.size)), line, whole), hash,
         sealer);
  }
  if (facts.responses < 255) ++facts.responses;
}

void AuthState::prompt(PagePool& pool, std::string_view text) {
  if (!active()) return;
  std::array<std::uint8_t, 64> decoded{};
  const Base64Decoded done = base64_decode(text.substr(0, 64), decoded);
  facts_at(pool, page_).asked_password = starts_with_nocase(as_text(Bytes(decoded).first(done.size)), "PASS");
}

bool AuthState::sound(const PagePool& pool) const {
  if (!active()) return false;
  const AuthFacts& facts = facts_at(pool, page_);
  return facts.username.size > 0 && facts.secret_kind != SecretKind::kNone && !facts.malformed && !facts.raw;
}

bool AuthState::complete(const PagePool& pool) const { return active() && facts_at(pool, page_).complete; }

AuthExchange AuthState::told(const PagePool& pool) const {
  AuthExchange told;
  if (!active()) return told;
  const AuthFacts& facts = facts_at(pool, page_);
  told.start = facts.start;
  told.result = facts.aborted ? AuthResult::kAborted : AuthResult::kUnknown;
  told.secret_kind = facts.secret_kind;
  told.initial_response = facts.initial_response;
  told.hmac = facts.hmac;
  told.secret_alone = facts.secret_alone;
  told.mechanism = facts.name.view();
  told.username = facts.username.view();
  told.authzid = facts.authzid.view();
  told.sealed = as_bytes(facts.sealed.view());
  return told;
}

void AuthState::clear(PagePool& pool) {
  if (page_ == kNoPage) return;
  wipe({pool.at(page_), sizeof(AuthFacts)});
  pool.give_back(page_);
  page_ = kNoPage;
}

}  // namespace mailtap::smtp
