// SPDX-License-Identifier: Apache-2.0
#include "smtp/auth_state.h"

#include <new>

#include "crypt/base64.h"
#include "crypt/wipe.h"
#include "smtp/auth_facts.h"

namespace mailtap::smtp {

namespace {

AuthFacts& facts_at(PagePool& pool, PageIndex page) { return *reinterpret_cast<AuthFacts*>(pool.at(page)); }
const AuthFacts& facts_at(const PagePool& pool, PageIndex page) {
  return *reinterpret_cast<const AuthFacts*>(pool.at(page));
}

void seal(AuthTools& tools, AuthFacts& facts, Bytes secret) {
  if (tools.sealer == nullptr) return;
  const std::size_t n = tools.sealer->seal(secret, tools.scratch.sealed);
  facts.sealed_lost = n == 0 || !facts.sealed.append(tools.pool, Bytes(tools.scratch.sealed).first(n));
  if (facts.sealed_lost) facts.sealed.clear(tools.pool);
}

// An exchange that is out of step tells no name from then on.
void keep(AuthTools& tools, AuthFacts& facts, const Response& response) {
  facts.malformed = facts.malformed || response.malformed;
  facts.complete = facts.complete || response.complete;
  if (!facts.malformed && !response.username.empty() && is_name(response.username))
    facts.username.set(response.username);
  if (!facts.malformed && !response.authzid.empty() && is_name(response.authzid))
    facts.authzid.set(response.authzid);
  if (response.kind == SecretKind::kNone || facts.secret_kind != SecretKind::kNone) return;
  const Bytes secret = as_bytes(response.secret);
  facts.secret_kind = response.kind;
  facts.hmac = tools.hash.hash(facts.username.view(), secret);
  facts.secret_alone = tools.hash.hash({}, secret);
  seal(tools, facts, secret);
}

Asked asked_by(std::string_view text) {
  if (starts_with_nocase(text, "USER")) return Asked::kUserInClear;
  if (starts_with_nocase(text, "PASS")) return Asked::kPasswordInClear;
  std::array<std::uint8_t, 64> decoded{};
  const Base64Decoded done = base64_decode(text.substr(0, 64), decoded);
  const std::string_view words = as_text(Bytes(decoded).first(done.size));
  if (starts_with_nocase(words, "USER")) return Asked::kUser;
  return starts_with_nocase(words, "PASS") ? Asked::kPassword : Asked::kUnknown;
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

void AuthState::respond(AuthTools tools, std::string_view line, bool initial, bool cut) {
  if (!active()) return;
  AuthFacts& facts = facts_at(tools.pool, page_);
  facts.initial_response = facts.initial_response || initial;
  if (!initial && line == "*") facts.aborted = true;
  if (facts.aborted) return;
  const bool said_all = facts.complete && facts.secret_kind != SecretKind::kNone;
  if (!cut && !said_all && !facts.line_lost) {
    const std::span<std::uint8_t> room(tools.scratch.auth_decoded);
    const std::string_view text = initial && line == "=" ? std::string_view{} : line;
    const Base64Decoded done = base64_decode(text, room);
    const bool whole = done.end == Base64End::kWhole || done.end == Base64End::kUnpadded ||
                       done.end == Base64End::kLooseBits;
    keep(tools, facts, read_response(facts, as_text(Bytes(room).first(done.size)), line, whole));
    wipe(room.first(done.size));
  }
  if (facts.responses < 255) ++facts.responses;
}

void AuthState::prompt(PagePool& pool, std::string_view text) {
  if (!active()) return;
  facts_at(pool, page_).asked = asked_by(text);
}

void AuthState::lose_line(PagePool& pool) {
  if (active()) facts_at(pool, page_).line_lost = true;
}

bool AuthState::malformed(const PagePool& pool) const { return active() && facts_at(pool, page_).malformed; }

bool AuthState::complete(const PagePool& pool) const { return active() && facts_at(pool, page_).complete; }

AuthExchange AuthState::told(const PagePool& pool, SmtpScratch& scratch) const {
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
  if (!facts.name_doubted) told.username = facts.username.view();
  told.authzid = facts.authzid.view();
  told.sealed = facts.sealed.copy_out(pool, scratch.sealed);
  told.sealed_lost = facts.sealed_lost;
  return told;
}

void AuthState::clear(PagePool& pool) {
  if (page_ == kNoPage) return;
  facts_at(pool, page_).sealed.clear(pool);
  pool.give_back_wiped(page_, sizeof(AuthFacts));
  page_ = kNoPage;
}

}  // namespace mailtap::smtp
