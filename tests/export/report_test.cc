// SPDX-License-Identifier: Apache-2.0
#include "export/report.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include "sample_events.h"

namespace mailtap {
namespace {

void fill(Report& report) {
  for (int i = 0; i < 3; ++i) report.take(samples().transaction());
  report.take(samples().session());
  SessionRecord encrypted = samples().session();
  encrypted.flow.server = sample_v6(25);
  encrypted.tls = TlsMode::kStarttls;
  encrypted.messages = 0;
  report.take(encrypted);
  AuthRecord auth = samples().auth();
  report.take(auth);
  auth.head.time += 3600 * kSecondNs;
  report.take(auth);
  auth.result = AuthResult::kFailure;
  auth.username = "guessed";
  report.take(auth);
  report.take(samples().probe(252));
  report.take(samples().probe(250));
  Alert alert = samples().alert();
  report.take(alert);
  alert.state = AlertState::kGrown;
  alert.count = 50;
  report.take(alert);
}

StatsTotals stats() {
  StatsRecord record = samples().stats(0);
  record.counts.records_lost = {};
  record.counts.gaps = 2;
  record.counts.gap_bytes = 2920;
  record.counts.time_clamped = 7;
  StatsTotals totals;
  totals.take(record);
  return totals;
}

RunFacts facts(const StatsTotals& totals) {
  RunFacts facts;
  facts.source = "mail.pcap";
  facts.first = kSampleTime;
  facts.last = kSampleTime + 3600 * kSecondNs;
  facts.stats = &totals;
  facts.events = 12;
  return facts;
}

TEST(Report, ReadsLikeThis) {
  Report report(ExportSettings{}, nullptr);
  fill(report);
  const StatsTotals totals = stats();
  EXPECT_EQ(report.text(facts(totals), {140, false}), R"(mailtap  mail.pcap
  2025-11-25 12:00:00 to 2025-11-25 13:00:00 UTC, 1 h 00 min
  1,000 packets, 670.0 kB, 12 flows, 2 mail sessions
  3 messages delivered to 3 recipients, 12 events

Passwords sent in clear
  account  server      client      mechanism  accepted  last seen            no verdict  first seen
  alice    192.0.2.25  192.0.2.10  PLAIN             2  2025-11-25 13:00:00           0  2025-11-25 12:00:00

Mail without encryption
  messages that anybody on the way could read: 3
  sessions with mail in clear: 1, gone to TLS: 1, unencrypted: 50.0 %
  server        sessions  TLS  clear  messages in clear  STARTTLS offered
  192.0.2.25           1    0      1                  3  yes
  2001:db8::19         1    1      0                  0  yes

Probing for addresses
  client      VRFY  EXPN  answered  recipients refused  last seen            first seen
  192.0.2.10     2     0         1                   3  2025-11-25 12:00:00  2025-11-25 12:00:00

Who sends most
  client      messages  recipients    bytes
  192.0.2.10         3           3  15.4 kB

Alerts
  severity    id  subject     count  what               last seen
  medium    1101  192.0.2.10     50  VRFY/EXPN probing  2025-11-25 12:00:00

What is missing
  7 packets whose time ran backwards, taken at the time before them
  2 gaps in TCP streams
  2,920 bytes lost in them
  1 packets not read: truncated ip
)");
}

TEST(Report, SaysSoInALineWhereThereIsNothing) {
  Report report(ExportSettings{}, nullptr);
  const StatsTotals totals;
  const std::string text = report.text(facts(totals), {100, false});
  for (const char* line : {"no packets", "none: no account sent a password", "none: no mail session was seen",
                           "none: nobody used VRFY", "none: no message was seen", "\n  nothing\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << "\n" << text;
  }
}

TEST(Report, UsesColourOnlyWhereItIsAsked) {
  Report report(ExportSettings{}, nullptr);
  fill(report);
  const StatsTotals totals = stats();
  EXPECT_EQ(report.text(facts(totals), {100, false}).find('\x1b'), std::string::npos);
  EXPECT_NE(report.text(facts(totals), {100, true}).find('\x1b'), std::string::npos);
}

TEST(Report, NeverHandsATerminalTheBytesOfTraffic) {
  Report report(ExportSettings{}, nullptr);
  AuthRecord auth = samples().auth();
  auth.username = "\x1b]0;owned\x07\r\n\x9b";
  report.take(auth);
  const StatsTotals totals = stats();
  RunFacts run = facts(totals);
  run.source = "a\x1b[2Jb";
  const std::string text = report.text(run, {200, false});
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << text;
  EXPECT_NE(text.find("\\x1b]0;owned\\x07\\x0d\\x0a\\x9b"), std::string::npos);
}

TEST(Report, CountsWhatItsTablesCannotHold) {
  ExportSettings settings;
  settings.report_entries_max = 3;
  Report report(settings, nullptr);
  for (std::uint8_t i = 0; i < 10; ++i) {
    TransactionRecord record = samples().transaction();
    record.flow.client = sample_v4(i);
    report.take(record);
  }
  const StatsTotals totals = stats();
  rapidjson::Document json;
  json.Parse(report.json(facts(totals)).c_str());
  ASSERT_FALSE(json.HasParseError());
  EXPECT_EQ(json["senders"].Size(), 3u);
  EXPECT_EQ(json["senders_not_listed"].GetUint64(), 7u);
  EXPECT_EQ(json["messages"].GetUint64(), 10u);
}

TEST(Report, AnswersTheSameQuestionsToAProgram) {
  Report report(ExportSettings{}, nullptr);
  fill(report);
  const StatsTotals totals = stats();
  rapidjson::Document json;
  json.Parse(report.json(facts(totals)).c_str());
  ASSERT_FALSE(json.HasParseError());
  ASSERT_EQ(json["leaked_accounts"].Size(), 1u) << "a refused guess leaks nothing";
  EXPECT_STREQ(json["leaked_accounts"][0]["account"].GetString(), "alice");
  EXPECT_EQ(json["leaked_accounts"][0]["accepted"].GetUint64(), 2u);
  EXPECT_EQ(json["encryption"]["messages_in_clear"].GetUint64(), 3u);
  EXPECT_EQ(json["encryption"]["tls_sessions"].GetUint64(), 1u);
  EXPECT_EQ(json["probing"][0]["vrfy"].GetUint64(), 2u);
  EXPECT_EQ(json["probing"][0]["answered"].GetUint64(), 1u);
  EXPECT_EQ(json["senders"][0]["messages"].GetUint64(), 3u);
  EXPECT_EQ(json["alerts"][0]["count"].GetUint64(), 50u);
  EXPECT_EQ(json["missing"]["gap_bytes"].GetUint64(), 2920u);
}

TEST(Report, CoversUserNamesWhenToldTo) {
  const KeyedHash key = KeyedHash::random();
  ExportSettings settings;
  settings.usernames = UsernamePrivacy::kHash;
  Report report(settings, &key);
  fill(report);
  const StatsTotals totals = stats();
  const std::string both = report.text(facts(totals), {200, false}) + report.json(facts(totals));
  EXPECT_EQ(both.find("alice"), std::string::npos);
  EXPECT_NE(both.find("user-"), std::string::npos);
}

}  // namespace
}  // namespace mailtap
