// SPDX-License-Identifier: Apache-2.0
#include "match/pattern.h"

#include <array>

#include "base/check.h"

namespace mailtap {
namespace {

constexpr std::string_view kAuthPrefix = "AUTH ";

constexpr std::array<std::string_view, kPatterns> kLiterals = {
    "EHLO",        "HELO",          "LHLO",          "MAIL",
    "RCPT",        "DATA",          "BDAT",          "RSET",
    "VRFY",        "EXPN",          "HELP",          "NOOP",
    "QUIT",        "AUTH",          "STARTTLS",      "X-ANONYMOUSTLS",
    "ETRN",        "TURN",          "XCLIENT",       "XFORWARD",
    "AUTH PLAIN",  "AUTH LOGIN",    "AUTH CRAM-MD5", "AUTH DIGEST-MD5",
    "AUTH NTLM",   "AUTH GSSAPI",   "AUTH XOAUTH2",  "AUTH OAUTHBEARER",
    "AUTH SCRAM-", "AUTH EXTERNAL", "AUTH ANONYMOUS"};

}  // namespace

std::string_view literal_of(Pattern pattern) {
  MAILTAP_CHECK(pattern < Pattern::kCount);
  return kLiterals[static_cast<std::size_t>(pattern)];
}

std::string_view name_of(Pattern pattern) {
  const std::string_view literal = literal_of(pattern);
  return is_verb(pattern) ? literal : literal.substr(kAuthPrefix.size());
}

}  // namespace mailtap
