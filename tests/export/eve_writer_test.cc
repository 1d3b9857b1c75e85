// SPDX-License-Identifier: Apache-2.0
#include "export/eve_writer.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <random>

#include "sample_events.h"
#include "temporary_file.h"

namespace mailtap {
namespace {

class EveFile {
 public:
  explicit EveFile(const ExportSettings& settings = {}, const KeyedHash* key = nullptr)
      : eve_(std::move(EveWriter::open(file_.path(), LineFile::Mode::kReplace, settings, key).value())) {}

  EveWriter& eve() { return *eve_; }
  std::string text() {
    EXPECT_TRUE(eve_->flush().ok());
    return file_.content();
  }
  rapidjson::Document only_event() {
    const std::string line = text();
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    rapidjson::Document event;
    event.Parse<rapidjson::kParseValidateEncodingFlag>(line.c_str());
    EXPECT_FALSE(event.HasParseError()) << line;
    return event;
  }

 private:
  TemporaryFile file_;
  std::unique_ptr<EveWriter> eve_;
};

TEST(EveWriter, TellsATransactionInTheWordsOfTheContract) {
  EveFile file;
  file.eve().write(samples().transaction());
  EXPECT_EQ(
      file.text(),
      R"({"timestamp":"2025-11-25T12:00:00.123456+0000","event_type":"smtp","flow_id":4503599627370497,)"
      R"("community_id":"1:6yPsZSdzKhtfYqKU5+y9R5OSJkM=","src_ip":"192.0.2.10","src_port":40000,)"
      R"("dest_ip":"192.0.2.25","dest_port":25,"proto":"TCP","ip_v":4,"app_proto":"smtp","tx_id":1,)"
      R"("smtp":{"helo":"client.example.org","mail_from":"<alice@example.org>",)"
      R"("rcpt_to":["<bob@example.net>","<carol@example.net>"],"rcpt_rejected":["<carol@example.net>"],)"
      R"("status":"delivered","last_reply":"250 2.0.0 Ok: queued as 4F2A81","size":5120,"chunking":true,)"
      R"("params":{"size":5000,"body":"8BITMIME","smtputf8":true,"ret":"HDRS","envid":"QQ314159","auth":"<>"},)"
      R"("tls":"none","authenticated_as":"alice"}})"
      "\n");
}

TEST(EveWriter, SaysWhereTheListOfRecipientsWasCutShort) {
  EveFile file;
  TransactionRecord record = samples().transaction();
  record.recipients_sent = 5000;
  record.recipients_refused = 70;
  file.eve().write(record);
  const rapidjson::Document event = file.only_event();
  EXPECT_TRUE(event["smtp"]["rcpt_to_truncated"].GetBool());
  EXPECT_EQ(event["smtp"]["recipients_sent"].GetUint64(), 5000U);
  EXPECT_EQ(event["smtp"]["recipients_rejected"].GetUint64(), 70U);
  EXPECT_EQ(event["smtp"]["rcpt_to"].Size(), 2U);
}

TEST(EveWriter, CountsRepliesOfOtherCodesToo) {
  EveFile file;
  SessionRecord record = samples().session();
  record.replies_other = 9;
  file.eve().write(record);
  EXPECT_EQ(file.only_event()["smtp_session"]["replies"]["other"].GetUint64(), 9U);
}

TEST(EveWriter, TellsLossOnlyWhereSomethingWasMissing) {
  EveFile whole;
  whole.eve().write(samples().anomaly());
  EXPECT_FALSE(whole.only_event().HasMember("loss"));
  EveFile broken;
  AnomalyRecord record = samples().anomaly();
  record.flow.gap_bytes = 5;
  broken.eve().write(record);
  const auto event = broken.only_event();
  ASSERT_TRUE(event.HasMember("loss"));
  EXPECT_EQ(event["loss"]["gap_bytes"].GetUint64(), 5u);
  EXPECT_FALSE(event["loss"]["midstream"].GetBool());
}

TEST(EveWriter, TellsAnAnomalyOfPacketsByTheirAddresses) {
  EveFile file;
  file.eve().write(samples().decode_anomaly());
  const auto event = file.only_event();
  EXPECT_STREQ(event["anomaly"]["type"].GetString(), "decode");
  EXPECT_STREQ(event["anomaly"]["event"].GetString(), "decoder.ipv4.frag_overlap");
  EXPECT_TRUE(event.HasMember("src_ip") && event.HasMember("dest_ip"));
  for (const char* member : {"flow_id", "src_port", "dest_port", "app_proto", "community_id"})
    EXPECT_FALSE(event.HasMember(member)) << member;
}

TEST(EveWriter, GivesNoMailFromWhereNoMailWasSent) {
  EveFile file;
  TransactionRecord record = samples().of_flow<TransactionRecord>();
  record.has_mail = false;
  record.helo = "only.helo";
  file.eve().write(record);
  const auto event = file.only_event();
  EXPECT_FALSE(event["smtp"].HasMember("mail_from"));
  EXPECT_FALSE(event["smtp"].HasMember("status"));
  EXPECT_STREQ(event["smtp"]["helo"].GetString(), "only.helo");
}

TEST(EveWriter, ForgetsAFlowsTextWhenItsRolesChange) {
  EveFile file;
  AnomalyRecord record = samples().anomaly();
  file.eve().write(record);
  std::swap(record.flow.client, record.flow.server);
  file.eve().write(record);
  EXPECT_NE(file.text().find(R"("src_ip":"192.0.2.25")"), std::string::npos);
}

TEST(EveWriter, KeepsTheBlocksItWritesWhole) {
  ExportSettings settings;
  settings.write_block_bytes = 1000;
  EveFile file(settings);
  for (int i = 0; i < 50; ++i) file.eve().write(samples().session());
  const std::string text = file.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 50);
}

// Whatever bytes traffic brings, a line is UTF-8 JSON, and text that was UTF-8 arrives as it was.
TEST(EveWriter, MakesEveryTextAValidLine) {
  std::mt19937 random(5);
  EveFile file;
  std::vector<std::string> texts;
  for (int round = 0; round < 2000; ++round) {
    std::string text(random() % 24, '\0');
    const bool ascii = round % 2 == 0;
    for (char& c : text) c = static_cast<char>(random() % (ascii ? 128 : 256));
    TransactionRecord record = samples().transaction();
    record.mail_from = text;
    file.eve().write(record);
    texts.push_back(ascii ? text : std::string());
  }
  const std::string all = file.text();
  std::size_t at = 0;
  for (const std::string& expected : texts) {
    const std::size_t end = all.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    rapidjson::Document event;
    event.Parse<rapidjson::kParseValidateEncodingFlag>(all.data() + at, end - at);
    ASSERT_FALSE(event.HasParseError()) << all.substr(at, end - at);
    const auto& mail_from = event["smtp"]["mail_from"];
    if (!expected.empty()) {
      EXPECT_EQ(std::string(mail_from.GetString(), mail_from.GetStringLength()), expected);
    }
    at = end + 1;
  }
  EXPECT_EQ(at, all.size());
}

TEST(EveWriter, HidesUserNamesEverywhereUnderOneKey) {
  const KeyedHash key = KeyedHash::random();
  ExportSettings settings;
  settings.usernames = UsernamePrivacy::kHash;
  EveFile file(settings, &key);
  constexpr std::string_view kName = "canary.user";
  TransactionRecord transaction = samples().transaction();
  transaction.authenticated_as = kName;
  transaction.params.auth = "canary.user";
  transaction.last_reply = "553 5.7.1 <a@b>: not owned by canary.user";
  file.eve().write(transaction);
  AuthRecord auth = samples().auth();
  auth.username = auth.authzid = kName;
  auth.reply = "535 5.7.8 canary.user is not known";
  file.eve().write(auth);
  Alert alert = samples().alert();
  alert.subject = {SubjectType::kAccount, std::string(kName)};
  file.eve().write(alert);
  const std::string text = file.text();
  EXPECT_EQ(text.find(kName), std::string::npos);
  const std::size_t first = text.find("user-");
  ASSERT_NE(first, std::string::npos);
  const std::string word = text.substr(first, 37);
  std::size_t times = 0;
  for (std::size_t at = 0; (at = text.find(word, at)) != std::string::npos; ++at) ++times;
  EXPECT_EQ(times, 5u) << "AUTH=, authenticated_as, username, authzid, subject";
  EXPECT_NE(text.find(R"("last_reply":"553")"), std::string::npos);
}

TEST(EveWriter, HidesTheUserInTheMailboxOfAuthUnderTheWordOfItsName) {
  const KeyedHash key = KeyedHash::random();
  const UsernameCover cover(UsernamePrivacy::kHash, &key);
  const std::string word(cover.cover("ann+x@corp.example").text());
  EXPECT_EQ(cover.cover_mailbox("ann+2Bx@corp.example").text(), word) << "xtext";
  EXPECT_EQ(cover.cover_mailbox("<ann+2bx@corp.example>").text(), word);
  EXPECT_NE(cover.cover_mailbox("ann+2@corp.example").text(), word);
  EXPECT_EQ(cover.cover_mailbox("<>").text(), "<>") << "nobody";
  EXPECT_EQ(cover.cover_mailbox("").text(), "");
  EXPECT_EQ(UsernameCover(UsernamePrivacy::kShow, nullptr).cover_mailbox("ann+2Bx@corp.example").text(),
            "ann+2Bx@corp.example");
}

TEST(EveWriter, CoveredNamesDoNotDisturbEachOther) {
  const KeyedHash key = KeyedHash::random();
  const UsernameCover cover(UsernamePrivacy::kHash, &key);
  const CoveredName ann = cover.cover("ann");
  const std::string word(ann.text());
  const CoveredName bob = cover.cover("bob");
  EXPECT_EQ(ann.text(), word);
  EXPECT_NE(bob.text(), word);
}

TEST(EveWriter, SaysWhenWhatWasSealedIsLost) {
  EveFile file;
  AuthRecord record = samples().auth();
  record.sealed = {};
  record.sealed_lost = true;
  file.eve().write(record);
  const auto event = file.only_event();
  EXPECT_TRUE(event["smtp_auth"]["secret"]["sealed_lost"].GetBool());
}

TEST(EveWriter, NeverTellsTheHashOfTheSecretAlone) {
  EveFile file;
  AuthRecord record = samples().auth();
  file.eve().write(record);
  const std::string text = file.text();
  EXPECT_NE(text.find("00112233445566778899aabbccddeeff"), std::string::npos);
  EXPECT_EQ(text.find("a5a5"), std::string::npos);
  EXPECT_EQ(text.find("paWl"), std::string::npos) << "nor in base64";
}

TEST(EveWriter, SumsPacketsOverWorkersAndTakesTheLastCountOfEach) {
  EveFile file;
  StatsTotals totals;
  totals.take(samples().stats(0));
  totals.take(samples().stats(1));
  totals.take(samples().stats(1));
  file.eve().write(totals, kSampleTime, true);
  const auto event = file.only_event();
  EXPECT_TRUE(event["stats"]["final"].GetBool());
  EXPECT_EQ(event["stats"]["packets"].GetUint64(), 2001u);
  EXPECT_EQ(event["stats"]["drops"]["not_tcp"].GetUint64(), 10u);
  EXPECT_EQ(event["stats"]["records_lost"]["transaction"].GetUint64(), 1u);
  EXPECT_EQ(event["stats"]["workers"].Size(), 2u);
}

}  // namespace
}  // namespace mailtap
