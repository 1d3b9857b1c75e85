// SPDX-License-Identifier: Apache-2.0
#include "detect/session_detector.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mailtap {
namespace {

AuthRecord plain(std::uint16_t code) {
  AuthRecord record;
  record.head.time = 5;
  record.head.flow_id = 77;
  record.cleartext = true;
  record.secret_kind = SecretKind::kPassword;
  record.code = code;
  record.mechanism = "PLAIN";
  record.username = "bob";
  return record;
}

struct Found {
  std::uint32_t signature_id;
  std::uint8_t severity;
  SubjectType type;
  std::string subject;
  std::uint64_t flow_id;
  std::vector<std::string> evidence;
};

std::vector<Found> judge(const AuthRecord& record, const DetectSettings& settings = {}) {
  std::vector<Found> found;
  SessionDetectors(settings).judge(record, [&found](const FindingRecord& finding) {
    Found one{finding.signature_id,         finding.severity,     finding.subject_type,
              std::string(finding.subject), finding.head.flow_id, {}};
    for (const std::string_view text : finding.evidence) one.evidence.emplace_back(text);
    found.push_back(one);
  });
  return found;
}

TEST(CleartextCredentials, AreHighWhenTheServerTookThem) {
  const std::vector<Found> found = judge(plain(235));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].signature_id, 1001U);
  EXPECT_EQ(found[0].severity, severity::kHigh);
  EXPECT_EQ(found[0].type, SubjectType::kAccount);
  EXPECT_EQ(found[0].subject, "bob");
  EXPECT_EQ(found[0].flow_id, 77U);
  EXPECT_EQ(found[0].evidence, (std::vector<std::string>{"PLAIN", "accepted by the server (235)"}));
}

TEST(CleartextCredentials, AreMediumWhenTheyWereRefusedOrTheVerdictWasNotSeen) {
  for (const std::uint16_t code : {std::uint16_t{535}, std::uint16_t{0}}) {
    const std::vector<Found> found = judge(plain(code));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, severity::kMedium);
  }
}

TEST(CleartextCredentials, AreNotTheOnesInsideTls) {
  AuthRecord record = plain(235);
  record.cleartext = false;
  EXPECT_TRUE(judge(record).empty());
}

TEST(CleartextCredentials, AreTokensButNoChallengeResponsesAndNoAbortedExchange) {
  AuthRecord record = plain(235);
  record.secret_kind = SecretKind::kToken;
  EXPECT_EQ(judge(record).size(), 1U);
  record.secret_kind = SecretKind::kResponse;
  EXPECT_TRUE(judge(record).empty());
  record.secret_kind = SecretKind::kNone;
  EXPECT_TRUE(judge(record).empty());
}

TEST(SessionDetectors, FollowTheirSettings) {
  DetectSettings settings;
  settings.find("cleartext_credentials")->severity = 4;
  ASSERT_EQ(judge(plain(235), settings).size(), 1U);
  EXPECT_EQ(judge(plain(235), settings)[0].severity, 4);
  settings.find("cleartext_credentials")->enabled = false;
  EXPECT_TRUE(judge(plain(235), settings).empty());
}

}  // namespace
}  // namespace mailtap
