// SPDX-License-Identifier: Apache-2.0
// 1001, credentials in clear: AUTH answered outside TLS with what opens the account, a password or a bearer
// token (RFC 4954; RFC 8314 3 wants no such thing). A challenge response is not in clear and not told.
// High when the server said 235: then it is known to be right.
#include "detect/session_detector.h"

namespace mailtap {
namespace {

// T1040 Network Sniffing: what we saw here, anybody on the path can see.
constexpr std::string_view kTechniques[] = {"T1040"};

constexpr Knob kKnobs[] = {
    {"period_s", "s", 3600, 1, 604'800, "an account is told once in this time"},
};

constexpr DetectorInfo kInfo = {
    .signature_id = 1001,
    .rev = 1,
    .name = "cleartext_credentials",
    .signature = "SMTP credentials in clear text",
    .category = "Potential Corporate Privacy Violation",
    .telling = Telling::kPeriodic,
    .techniques = kTechniques,
    .knobs = kKnobs,
};

constexpr std::uint16_t kAuthenticated = 235;  // RFC 4954 6

std::string_view verdict(const AuthRecord& record) {
  if (record.code == kAuthenticated) return "accepted by the server (235)";
  return record.code == 0 ? "the server's verdict was not seen" : "refused by the server";
}

bool judge(const AuthRecord& record, Finding& finding) {
  const bool opens_the_account =
      record.secret_kind == SecretKind::kPassword || record.secret_kind == SecretKind::kToken;
  if (!record.cleartext || !opens_the_account) return false;
  finding.record.severity = record.code == kAuthenticated ? severity::kHigh : severity::kMedium;
  finding.record.subject_type = SubjectType::kAccount;
  finding.record.subject = record.username;
  finding.add_evidence(record.mechanism);
  finding.add_evidence(verdict(record));
  return true;
}

}  // namespace

extern const SessionDetector kCleartextCredentials;
constinit const SessionDetector kCleartextCredentials = {kInfo, judge};

}  // namespace mailtap
