// SPDX-License-Identifier: Apache-2.0
// The window detectors, each at its threshold, one below, and at the edges of its window.
#include <gtest/gtest.h>

#include "scene.h"

namespace mailtap {
namespace {

constexpr char kOutside[] = "203.0.113.5";
constexpr char kInside[] = "10.1.2.3";

TEST(AddressProbing, OpensAtTheFifthProbeOfAMinute) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.probe(n, kOutside);
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.probe(59.9, kOutside, 252, ProbeVerb::kExpn);
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  const Alert& alert = scene.caught.alerts[0];
  EXPECT_EQ(alert.signature_id, 1101U);
  EXPECT_EQ(alert.detector, "address_probing");
  EXPECT_EQ(alert.subject, (Subject{SubjectType::kHost, kOutside}));
  EXPECT_EQ(alert.severity, severity::kMedium);
  EXPECT_EQ(alert.count, 5U);
  EXPECT_EQ(alert.threshold, 5U);
  EXPECT_EQ(alert.window_s, 60U);
  EXPECT_EQ(alert.first_seen, at_second(0));
  EXPECT_EQ(alert.last_seen, at_second(59.9));
  EXPECT_EQ(alert.evidence, (std::vector<std::string>{"VRFY", "EXPN"}));
  EXPECT_EQ(alert.flows, (std::vector<std::uint64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(alert.flow_id, 5U);
  EXPECT_EQ(alert.flow.value().client, ip(kOutside));
  EXPECT_EQ(alert.mitre_technique_ids, (std::vector<std::string_view>{"T1589.002"}));
}

TEST(AddressProbing, StaysSilentWhenTheFifthComesAMinuteAfterTheFirst) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.probe(n, kOutside);
  scene.probe(60, kOutside);
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(AddressProbing, CountsEachClientForItself) {
  Scene scene;
  for (int n = 0; n < 8; ++n) scene.probe(n, n % 2 == 0 ? kOutside : kInside);
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(AddressProbing, IsHighWhenOneInTheWindowWasAnswered) {
  Scene scene;
  scene.probe(0, kOutside, 250);
  for (int n = 1; n < 5; ++n) scene.probe(n, kOutside, 550);
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  EXPECT_EQ(scene.caught.alerts[0].severity, severity::kHigh);
}

TEST(AddressProbing, TurnsHighWhenALaterOneIsAnswered) {
  Scene scene;
  for (int n = 0; n < 5; ++n) scene.probe(n, kOutside, 550);
  scene.probe(6, kOutside, 251);
  scene.finish(7);
  EXPECT_EQ(scene.caught.alerts.front().severity, severity::kMedium);
  EXPECT_EQ(scene.caught.alerts.back().severity, severity::kHigh);
  EXPECT_EQ(scene.caught.alerts.back().count, 6U);
}

TEST(AddressProbing, IsKeptOpenBySlowProbesAndClosesAfterAQuietMinute) {
  Scene scene;
  for (int n = 0; n < 5; ++n) scene.probe(n, kOutside);
  scene.probe(60, kOutside);
  scene.probe(300, kInside);
  const std::vector<Alert> closed = scene.caught.of(1101, AlertState::kClosed);
  ASSERT_EQ(closed.size(), 1U);
  EXPECT_EQ(closed[0].time, at_second(120));
}

TEST(PasswordGuessing, OpensAtTheFifthDifferentPassword) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.refuse(n, kOutside, "bob", std::to_string(n));
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.refuse(59.9, kOutside, "bob", "4");
  const std::vector<Alert> opened = scene.caught.of(1201);
  ASSERT_EQ(opened.size(), 1U);
  EXPECT_EQ(opened[0].detector, "password_guessing");
  EXPECT_EQ(opened[0].subject, (Subject{SubjectType::kHost, kOutside}));
  EXPECT_EQ(opened[0].count, 5U);
  EXPECT_EQ(opened[0].mitre_technique_ids, (std::vector<std::string_view>{"T1110.001"}));
}

TEST(PasswordGuessing, StaysSilentWhenTheFifthComesAMinuteAfterTheFirst) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.refuse(n, kOutside, "bob", std::to_string(n));
  scene.refuse(60, kOutside, "bob", "4");
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(PasswordGuessing, IsNotManyAccountsWithOnePasswordEach) {
  Scene scene;
  for (int n = 0; n < 15; ++n) scene.refuse(n, kOutside, "user" + std::to_string(n), "Summer2024");
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(PasswordGuessing, IsSeenWhenAFewAccountsAreTriedInTurn) {
  Scene scene;
  for (int n = 0; n < 12; ++n) {
    scene.refuse(n, kOutside, "user" + std::to_string(n % 4), "secret" + std::to_string(n / 4));
  }
  ASSERT_EQ(scene.caught.of(1201).size(), 1U);
  EXPECT_EQ(scene.caught.of(1201)[0].count, 8U);  // two for each of four accounts
}

TEST(PasswordGuessing, CountsTheRefusalsOfRfc4954AndNotAnOutage) {
  Scene scene;
  for (int n = 0; n < 9; ++n) {
    scene.refuse(n, kOutside, "bob", std::to_string(n), SecretKind::kPassword, 454);
    scene.refuse(n, kInside, "bob", std::to_string(n), SecretKind::kPassword, 235);
  }
  EXPECT_TRUE(scene.caught.alerts.empty());
  const std::uint16_t codes[] = {535, 534, 432, 535, 534};
  for (int n = 0; n < 5; ++n) {
    scene.refuse(10 + n, kOutside, "bob", std::to_string(n), SecretKind::kPassword, codes[n]);
  }
  EXPECT_EQ(scene.caught.of(1201).size(), 1U);
}

TEST(PasswordGuessing, CountsResponsesByFailureWithTheirOwnThreshold) {
  Scene scene;
  for (int n = 0; n < 9; ++n) scene.refuse(n, kOutside, "bob", "same", SecretKind::kResponse);
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.refuse(9, kOutside, "bob", "same", SecretKind::kToken);
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  EXPECT_EQ(scene.caught.alerts[0].detector, "password_guessing");
  EXPECT_EQ(scene.caught.alerts[0].threshold, 10U);
}

TEST(PasswordGuessing, GrowsTenfoldOnceAtFiftyPasswords) {
  Scene scene;
  for (int n = 0; n < 60; ++n) scene.refuse(n, kOutside, "bob", std::to_string(n));
  const std::vector<Alert> grown = scene.caught.of(1201, AlertState::kGrown);
  ASSERT_EQ(grown.size(), 1U);
  EXPECT_EQ(grown[0].count, 50U);
  EXPECT_EQ(grown[0].time, at_second(49));
}

TEST(StalePassword, IsTheSameSecretAgainAndAgainAndLow) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.refuse(n * 30, kInside, "printer", "old");
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.refuse(120, kInside, "printer", "old");
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  const Alert& alert = scene.caught.alerts[0];
  EXPECT_EQ(alert.signature_id, 1201U);
  EXPECT_EQ(alert.detector, "stale_password");
  EXPECT_EQ(alert.severity, severity::kLow);
  EXPECT_EQ(alert.subject, (Subject{SubjectType::kAccount, "printer"}));
  EXPECT_EQ(alert.evidence, (std::vector<std::string>{"the same password from 10.1.2.3"}));
  ASSERT_TRUE(alert.flow.has_value());
  EXPECT_EQ(alert.flow->client, ip(kInside));
}

TEST(StalePassword, NeitherFeedsNorHidesGuessing) {
  Scene scene;
  for (int n = 0; n < 30; ++n) scene.refuse(n, kInside, "printer", "old");
  for (int n = 0; n < 4; ++n) scene.refuse(30 + n, kInside, "bob", std::to_string(n));
  std::size_t guessing = 0;
  for (const Alert& alert : scene.caught.alerts) guessing += alert.detector == "password_guessing" ? 1U : 0U;
  EXPECT_EQ(guessing, 1U);  // the fifth different secret, the printer's among them
}

TEST(StalePassword, IsNotOnePasswordFromManyClients) {
  Scene scene;
  for (int n = 0; n < 9; ++n) scene.refuse(n, "10.0.0." + std::to_string(n), "bob", "old");
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(SpambotVolume, OpensAtTheHundredthMessageOfTenMinutes) {
  Scene scene;
  for (int n = 0; n < 99; ++n) scene.mail(n, kInside);
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.mail(599.9, kInside);
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  const Alert& alert = scene.caught.alerts[0];
  EXPECT_EQ(alert.signature_id, 1301U);
  EXPECT_EQ(alert.severity, severity::kLow);
  EXPECT_EQ(alert.count, 100U);
  EXPECT_EQ(alert.threshold, 100U);
  EXPECT_EQ(alert.evidence, (std::vector<std::string>{"messages"}));
  EXPECT_EQ(alert.flows.size(), AlertBook::kFlowsMax);
}

TEST(SpambotVolume, StaysSilentWhenTheHundredthComesTenMinutesAfterTheFirst) {
  Scene scene;
  for (int n = 0; n < 99; ++n) scene.mail(n, kInside);
  scene.mail(600, kInside);
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(SpambotVolume, OpensAtFiveHundredAcceptedRecipients) {
  Scene scene;
  for (int n = 0; n < 4; ++n) scene.mail(n, kInside, 130, 10);
  scene.mail(4, kInside, 19);
  EXPECT_TRUE(scene.caught.alerts.empty());
  scene.mail(5, kInside, 1);
  ASSERT_EQ(scene.caught.alerts.size(), 1U);
  EXPECT_EQ(scene.caught.alerts[0].count, 500U);
  EXPECT_EQ(scene.caught.alerts[0].evidence, (std::vector<std::string>{"accepted recipients"}));
}

TEST(SpambotVolume, GoesOnCountingWhatItOpenedWith) {
  Scene scene;
  for (int n = 0; n < 100; ++n) scene.mail(n, kInside);
  for (int n = 0; n < 20; ++n) scene.mail(100 + n, kInside, 100);
  scene.mail(130, kInside, 600, 0, TransactionStatus::kAbandoned);  // no message
  scene.finish(131);
  EXPECT_EQ(scene.caught.alerts.size(), 2U);
  EXPECT_EQ(scene.caught.alerts.back().count, 120U);
  EXPECT_EQ(scene.caught.alerts.back().last_seen, at_second(130));
}

TEST(SpambotVolume, CountsRefusedMessagesWhoseTextWasSentAndNoOthers) {
  Scene scene;
  for (int n = 0; n < 150; ++n) scene.mail(n, kInside, 1, 1, TransactionStatus::kRejected, 0);
  EXPECT_TRUE(scene.caught.alerts.empty());
  for (int n = 0; n < 100; ++n) scene.mail(150 + n, kInside, 1, 0, TransactionStatus::kRejected, 10);
  EXPECT_EQ(scene.caught.alerts.size(), 1U);
}

TEST(SpambotVolume, DoesNotJudgeClientsOutside) {
  Scene scene;
  for (int n = 0; n < 300; ++n) scene.mail(n, kOutside, 10);
  EXPECT_TRUE(scene.caught.alerts.empty());
}

TEST(SpambotVolume, DoesNotJudgeRelays) {
  Scene scene;
  scene.settings.mail_servers.push_back(parse_network("10.1.2.0/24").value());
  for (int n = 0; n < 300; ++n) scene.mail(n, kInside, 10);
  EXPECT_TRUE(scene.caught.alerts.empty());
  for (int n = 0; n < 300; ++n) scene.mail(300 + n, "10.1.3.3", 10);
  EXPECT_EQ(scene.caught.of(1301).size(), 1U);
}

TEST(SpambotVolume, DoesNotJudgeSessionsWithoutMail) {
  Scene scene;
  TransactionRecord record;
  record.has_mail = false;
  for (int n = 0; n < 300; ++n) scene.give(record, n, kInside);
  EXPECT_TRUE(scene.caught.alerts.empty());
}

}  // namespace
}  // namespace mailtap
