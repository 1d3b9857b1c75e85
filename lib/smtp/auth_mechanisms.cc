// SPDX-License-Identifier: Apache-2.0
//   PLAIN      [authzid] NUL authcid NUL password
//   LOGIN      user, then password, each in a response of its own; some clients send them as they are
//   CRAM-MD5   user SP 32hex
//   DIGEST-MD5 username="...",response=...
//   SCRAM      n,[a=authzid],n=user,r=nonce   then   c=...,r=...,p=proof
//   XOAUTH2    user=... 0x01 auth=Bearer token 0x01 0x01
//   OAUTHBEARER n,a=user, 0x01 ... auth=Bearer token 0x01 0x01
#include "smtp/auth_facts.h"

#include "smtp/command_parser.h"

namespace mailtap::smtp {

namespace {

constexpr char kSoh = '\x01';

// The value behind `key` up to one of `ends`; empty where the key is missing. The key must stand at the start
// or behind one of `ends`.
std::string_view value_of(std::string_view text, std::string_view key, std::string_view ends) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at != 0 && ends.find(text[at - 1]) == std::string_view::npos) continue;
    const std::string_view rest = text.substr(at + key.size());
    return rest.substr(0, rest.find_first_of(ends));
  }
  return {};
}

Response secret_alone(std::string_view secret, SecretKind kind) {
  Response response;
  response.secret = secret;
  response.kind = secret.empty() ? SecretKind::kNone : kind;
  response.complete = true;
  return response;
}

// All of it may be the secret.
Response malformed(std::string_view text, SecretKind kind) {
  Response response = secret_alone(text, kind);
  response.malformed = true;
  return response;
}

// One NUL or none is malformed, and so is an empty password (RFC 4616 2): which part of these is the secret
// cannot be known. An empty response says nothing yet.
Response read_plain(std::string_view text) {
  if (text.empty()) return {};
  const std::size_t first = text.find('\0');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\0', first + 1);
  if (second == std::string_view::npos || second + 1 == text.size())
    return malformed(text, SecretKind::kPassword);
  Response response;
  response.complete = true;
  response.kind = SecretKind::kPassword;
  response.authzid = text.substr(0, first);
  response.username = text.substr(first + 1, second - first - 1);
  response.secret = text.substr(second + 1);
  return response;
}

// A name that a client sent without base64, as an answer to a prompt. Capitals, and the signs of base64, may
// be a damaged token.
bool is_plain_name(std::string_view line) {
  constexpr std::string_view kOfNames = "abcdefghijklmnopqrstuvwxyz0123456789._-@";
  return line.size() <= 32 && line.find_first_not_of(kOfNames) == std::string_view::npos;
}

bool asks_password(Asked asked) { return asked == Asked::kPassword || asked == Asked::kPasswordInClear; }

// The name, unless the server asked for the password. What is no base64 is no name, but for one case: where
// the server's own prompts are in clear, both sides do without base64, and an answer to "Username:" that it
// follows with "Password:" is as certain as any.
Response read_login_name(AuthFacts& facts, std::string_view text, std::string_view line, bool decoded) {
  if (decoded && text.find('\0') != std::string_view::npos) return read_plain(text);
  facts.raw = !decoded || !is_name(text);
  if (asks_password(facts.asked)) return secret_alone(facts.raw ? line : text, SecretKind::kPassword);
  // Without its padding it may be any word of the right letters that decodes by chance.
  const bool padded = line.size() % 4 == 0 || (facts.initial_response && line == "=");
  Response response;
  response.malformed = facts.raw || !padded;
  if (!facts.raw) response.username = text;
  if (decoded || facts.initial_response || facts.asked != Asked::kUserInClear || !is_plain_name(line))
    return response;
  facts.name_doubted = true;
  facts.username.set(line);
  return response;
}

// The password, whatever was asked for: a client that sent no name, or an empty one, may not wait for it.
Response read_login_password(AuthFacts& facts, std::string_view text, std::string_view line, bool decoded) {
  const bool in_clear = facts.name_doubted && facts.asked == Asked::kPasswordInClear;
  if (in_clear) facts.name_doubted = false;
  // One of the two answers is no base64: then the other may have been decoded by chance.
  if (!in_clear && (facts.raw || !decoded)) facts.username.set({});
  const bool raw = facts.raw || !decoded;
  return raw ? malformed(line, SecretKind::kPassword) : secret_alone(text, SecretKind::kPassword);
}

Response read_login(AuthFacts& facts, std::string_view text, std::string_view line, bool decoded) {
  return facts.responses == 0 ? read_login_name(facts, text, line, decoded)
                              : read_login_password(facts, text, line, decoded);
}

bool is_md5(std::string_view text) {
  return text.size() == 32 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// Without a digest at its end (RFC 2195 2) it may be a password.
Response read_cram(std::string_view text) {
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos || space == 0 || !is_md5(text.substr(space + 1)))
    return malformed(text, SecretKind::kResponse);
  Response response;
  response.complete = true;
  response.username = text.substr(0, space);
  response.secret = text.substr(space + 1);
  response.kind = SecretKind::kResponse;
  return response;
}

Response read_digest(const AuthFacts& facts, std::string_view text) {
  Response response;
  if (facts.responses != 0) return response;
  const std::size_t quoted = text.find("username=\"");
  if (quoted != std::string_view::npos) {
    const std::string_view rest = text.substr(quoted + 10);
    const std::size_t end = rest.find('"');
    if (end != std::string_view::npos) response.username = rest.substr(0, end);
  }
  response.authzid = value_of(text, "authzid=\"", ",\"");
  response.secret = value_of(text, "response=", ", ");
  response.kind = response.secret.empty() ? SecretKind::kNone : SecretKind::kResponse;
  return response;
}

Response read_scram(const AuthFacts& facts, std::string_view text) {
  Response response;
  if (facts.responses == 0) {
    response.username = value_of(text, "n=", ",");
    response.authzid = value_of(text, "a=", ",");
    return response;
  }
  response.secret = value_of(text, "p=", ",");
  response.kind = response.secret.empty() ? SecretKind::kNone : SecretKind::kResponse;
  return response;
}

Response read_bearer(std::string_view text, std::string_view user) {
  Response response;
  response.username = user;
  std::string_view token = value_of(text, "auth=", std::string_view(&kSoh, 1));
  if (starts_with_nocase(token, "BEARER ")) token.remove_prefix(7);
  response.secret = token;
  response.kind = token.empty() ? SecretKind::kNone : SecretKind::kToken;
  return response;
}

// The responses of mechanisms that are told by name only may be anything.
Response read_undecoded(Mechanism mechanism, std::string_view line) {
  switch (mechanism) {
    case Mechanism::kPlain: return malformed(line, SecretKind::kPassword);
    case Mechanism::kXoauth2:
    case Mechanism::kOauthbearer: return malformed(line, SecretKind::kToken);
    case Mechanism::kCramMd5: return malformed(line, SecretKind::kResponse);
    case Mechanism::kDigestMd5:
    case Mechanism::kScram:
    case Mechanism::kExternal: return malformed({}, SecretKind::kNone);
    default: return {};
  }
}

}  // namespace

bool is_name(std::string_view text) {
  int more = 0;  // bytes that the UTF-8 character still needs
  for (const char c : text) {
    const unsigned byte = static_cast<unsigned char>(c);
    if ((byte & 0xc0) == 0x80) {
      if (--more < 0) return false;
      continue;
    }
    if (more != 0 || byte < 0x20 || byte == 0x7f || byte > 0xf4) return false;
    more = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : byte >= 0xc0 ? 1 : 0;
  }
  return more == 0;
}

Response read_response(AuthFacts& facts, std::string_view text, std::string_view line, bool decoded) {
  if (facts.mechanism == Mechanism::kLogin) return read_login(facts, text, line, decoded);
  if (!decoded) return read_undecoded(facts.mechanism, line);
  Response response;
  switch (facts.mechanism) {
    case Mechanism::kPlain: return read_plain(text);
    case Mechanism::kCramMd5: return read_cram(text);
    case Mechanism::kDigestMd5: return read_digest(facts, text);
    case Mechanism::kScram: return read_scram(facts, text);
    case Mechanism::kXoauth2: return read_bearer(text, value_of(text, "user=", std::string_view("\x01 ", 2)));
    case Mechanism::kOauthbearer:
      return read_bearer(text, value_of(text, "a=", std::string_view(",\x01 ", 3)));
    case Mechanism::kExternal:
      if (facts.responses == 0) response.username = text;
      break;
    case Mechanism::kNtlm:
      // The third message (type 3, MS-NLMP 2.2.1.3) answers the challenge; it is hashed as a whole.
      if (text.size() >= 12 && text.substr(0, 7) == "NTLMSSP" && text[8] == 3) {
        response.secret = text;
        response.kind = SecretKind::kResponse;
      }
      break;
    case Mechanism::kLogin:
    case Mechanism::kOther: break;
  }
  return response;
}

}  // namespace mailtap::smtp
