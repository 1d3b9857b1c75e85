// SPDX-License-Identifier: Apache-2.0
// The names of SASL mechanisms that the world knows: those of IANA's registry, and those that clients and
// servers of mail use without. Whoever says one of these gives away nothing; any other word, even of the
// right letters (RFC 4422 3.1), may be a misplaced secret.
#include <algorithm>
#include <iterator>

#include "smtp/auth_facts.h"
#include "smtp/command_parser.h"

namespace mailtap::smtp {

namespace {

// clang-format off
constexpr std::string_view kKnown[] = {
    "9798-M-DSA-SHA1", "9798-M-ECDSA-SHA1", "9798-M-RSA-SHA1-ENC", "9798-U-DSA-SHA1", "9798-U-ECDSA-SHA1",
    "9798-U-RSA-SHA1-ENC", "ANONYMOUS", "CRAM-MD5", "DIGEST-MD5", "EAP-AES128", "EAP-AES128-PLUS",
    "ECDH-X25519-CHALLENGE", "ECDSA-NIST256P-CHALLENGE", "EXTERNAL", "GS2-KRB5", "GS2-KRB5-PLUS", "GSS-SPNEGO",
    "GSSAPI", "KERBEROS_V4", "KERBEROS_V5", "LOGIN", "NMAS-SAMBA-AUTH", "NMAS_AUTHEN", "NMAS_LOGIN", "NTLM",
    "OAUTH10A", "OAUTHBEARER", "OPENID20", "OTP", "PLAIN", "SAML20", "SAML20EC", "SCRAM-SHA-1",
    "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-512", "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA3-512", "SCRAM-SHA3-512-PLUS", "SECURID", "SKEY", "SPNEGO", "SPNEGO-PLUS", "SXOVER-PLUS",
    "XOAUTH", "XOAUTH2",
    "CRAM-SHA1", "CRAM-SHA256", "MSN", "SRP", "XYMCOOKIE"};
// clang-format on

}  // namespace

bool is_known_mechanism(std::string_view upper) {
  return std::find(std::begin(kKnown), std::end(kKnown), upper) != std::end(kKnown);
}

Mechanism mechanism_of(std::string_view upper) {
  if (upper == "PLAIN") return Mechanism::kPlain;
  if (upper == "LOGIN") return Mechanism::kLogin;
  if (upper == "CRAM-MD5") return Mechanism::kCramMd5;
  if (upper == "DIGEST-MD5") return Mechanism::kDigestMd5;
  if (upper == "XOAUTH2") return Mechanism::kXoauth2;
  if (upper == "OAUTHBEARER") return Mechanism::kOauthbearer;
  if (upper == "EXTERNAL") return Mechanism::kExternal;
  if (upper == "NTLM") return Mechanism::kNtlm;
  return starts_with_nocase(upper, "SCRAM-") ? Mechanism::kScram : Mechanism::kOther;
}

}  // namespace mailtap::smtp
