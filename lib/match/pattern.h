// SPDX-License-Identifier: Apache-2.0
// The built-in patterns: what a client may say at the start of a command line (RFC 5321 4.1, RFC 3030 BDAT,
// RFC 3207 STARTTLS, RFC 4954 AUTH, RFC 1985 ETRN, RFC 821 TURN, RFC 2033 LHLO; XCLIENT, XFORWARD and
// X-ANONYMOUSTLS are in use without one). Each is a literal at the start of a line, in any case. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mailtap {

enum class Pattern : std::uint8_t {
  // verbs
  kEhlo,
  kHelo,
  kLhlo,
  kMail,
  kRcpt,
  kData,
  kBdat,
  kRset,
  kVrfy,
  kExpn,
  kHelp,
  kNoop,
  kQuit,
  kAuth,
  kStarttls,
  kXAnonymoustls,
  kEtrn,
  kTurn,
  kXclient,
  kXforward,
  // AUTH and one space and a mechanism; the verb itself is matched too
  kAuthPlain,
  kAuthLogin,
  kAuthCramMd5,
  kAuthDigestMd5,
  kAuthNtlm,
  kAuthGssapi,
  kAuthXoauth2,
  kAuthOauthbearer,
  kAuthScram,  // SCRAM- and whatever hash follows
  kAuthExternal,
  kAuthAnonymous,
  kCount
};

inline constexpr std::size_t kPatterns = static_cast<std::size_t>(Pattern::kCount);
inline constexpr std::size_t kVerbs = static_cast<std::size_t>(Pattern::kAuthPlain);

constexpr bool is_verb(Pattern pattern) { return pattern < Pattern::kAuthPlain; }

// The bytes that match, in upper case: "EHLO", "AUTH PLAIN", "AUTH SCRAM-".
std::string_view literal_of(Pattern pattern);

// A verb ("EHLO") or a mechanism ("PLAIN", "SCRAM-").
std::string_view name_of(Pattern pattern);

}  // namespace mailtap
