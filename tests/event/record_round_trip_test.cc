// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "event/event_settings.h"
#include "event/record_reader.h"
#include "event/record_writer.h"
#include "random_records.h"

namespace mailtap {
namespace {

constexpr std::size_t kRoom = 256 * 1024;

template <typename Record>
std::vector<std::uint8_t> encode(const Record& record, std::size_t room = kRoom,
                                 RecordWriter::Mode mode = RecordWriter::Mode::kWhole, bool* cut = nullptr) {
  std::vector<std::uint8_t> bytes(room);
  RecordWriter writer(bytes, mode);
  record.write(writer);
  EXPECT_TRUE(writer.fits());
  if (cut != nullptr) *cut = writer.cut();
  bytes.resize(writer.size());
  return bytes;
}

// What was read is written again: the same bytes, so no field was lost, moved or changed.
template <typename Record>
void expect_round_trip(const Record& sent) {
  const auto bytes = encode(sent);
  RecordScratch scratch;
  RecordReader reader(bytes, scratch);
  Record read;
  read.read(reader);
  ASSERT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(encode(read), bytes);
}

// Every prefix of a record's bytes is refused without a read past its end.
template <typename Record>
void expect_prefixes_refused(const Record& sent) {
  const auto bytes = encode(sent);
  RecordScratch scratch;
  for (std::size_t n = 0; n < bytes.size(); ++n) {
    const std::vector<std::uint8_t> part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
    RecordReader reader(part, scratch);
    Record read;
    read.read(reader);
    EXPECT_FALSE(reader.ok()) << n << " of " << bytes.size();
  }
}

TEST(Records, EveryKindComesBackAsItWasSent) {
  RandomRecords random(1);
  for (int round = 0; round < 200; ++round) {
    random.clear();
    expect_round_trip(random.transaction());
    expect_round_trip(random.auth());
    expect_round_trip(random.session());
    expect_round_trip(random.anomaly());
    expect_round_trip(random.probe());
    expect_round_trip(random.finding());
    expect_round_trip(random.host_delta());
    expect_round_trip(random.stats());
  }
}

TEST(Records, AReaderNeverLeavesABrokenRecord) {
  RandomRecords random(2);
  expect_prefixes_refused(random.transaction());
  expect_prefixes_refused(random.auth());
  expect_prefixes_refused(random.session());
  expect_prefixes_refused(random.finding());
  expect_prefixes_refused(random.host_delta());
  expect_prefixes_refused(random.stats());
}

TEST(Records, ATransactionKeepsEachField) {
  const std::vector<Recipient> recipients{{"<b@x>", 250}, {"<c@x>", 550}};
  TransactionRecord sent;
  sent.flow.client_port = 4711;
  sent.flow.gap_bytes = 12;
  sent.tx_id = 3;
  sent.status = TransactionStatus::kRejected;
  sent.tls = TlsMode::kStarttls;
  sent.has_mail = false;
  sent.chunking = sent.starttls_offered = sent.ehlo_seen = true;
  sent.last_code = 554;
  sent.size = 99;
  sent.recipients_sent = 2;
  sent.recipients_refused = 1;
  sent.helo = "h";
  sent.mail_from = "<a@x>";
  sent.last_reply = "554 no";
  sent.authenticated_as = "u";
  sent.params = {5, true, true, "8BITMIME", "FULL", "e", "<>"};
  sent.recipients = recipients;
  const auto bytes = encode(sent);
  RecordScratch scratch;
  RecordReader reader(bytes, scratch);
  TransactionRecord read;
  read.read(reader);
  EXPECT_EQ(read.flow.client_port, 4711);
  EXPECT_EQ(read.flow.gap_bytes, 12u);
  EXPECT_TRUE(read.flow.incomplete());
  EXPECT_EQ(read.tx_id, 3u);
  EXPECT_EQ(read.status, TransactionStatus::kRejected);
  EXPECT_EQ(read.tls, TlsMode::kStarttls);
  EXPECT_FALSE(read.has_mail);
  EXPECT_TRUE(read.chunking && read.starttls_offered && read.ehlo_seen);
  EXPECT_EQ(read.last_code, 554);
  EXPECT_EQ(read.size, 99u);
  EXPECT_EQ(read.recipients_sent, 2u);
  EXPECT_EQ(read.recipients_refused, 1u);
  EXPECT_EQ(read.helo, "h");
  EXPECT_EQ(read.mail_from, "<a@x>");
  EXPECT_EQ(read.last_reply, "554 no");
  EXPECT_EQ(read.authenticated_as, "u");
  EXPECT_EQ(read.params.size, 5u);
  EXPECT_TRUE(read.params.has_size && read.params.smtputf8);
  EXPECT_EQ(read.params.body, "8BITMIME");
  EXPECT_EQ(read.params.ret, "FULL");
  EXPECT_EQ(read.params.envid, "e");
  EXPECT_EQ(read.params.auth, "<>");
  ASSERT_EQ(read.recipients.size(), 2u);
  EXPECT_EQ(read.recipients[0].address, "<b@x>");
  EXPECT_FALSE(read.recipients[0].refused());
  EXPECT_TRUE(read.recipients[1].refused());
}

TEST(Records, WhatIsLongerThanABufferIsCutAndStillReadable) {
  RandomRecords random(3);
  for (int round = 0; round < 50; ++round) {
    random.clear();
    TransactionRecord sent = random.transaction();
    sent.recipients = random.recipients(600);
    sent.mail_from = random.text(100'000);
    bool cut = false;
    const auto bytes = encode(sent, kRecordBufferBytesMin - 64, RecordWriter::Mode::kCut, &cut);
    EXPECT_TRUE(cut);
    RecordScratch scratch;
    RecordReader reader(bytes, scratch);
    TransactionRecord read;
    read.read(reader);
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(read.size, sent.size);
    EXPECT_TRUE(sent.mail_from.substr(0, read.mail_from.size()) == read.mail_from);
    ASSERT_GT(read.recipients.size(), 0u);
    ASSERT_LT(read.recipients.size(), 600u);
    for (std::size_t i = 0; i < read.recipients.size(); ++i) {
      EXPECT_EQ(read.recipients[i].address,
                sent.recipients[i].address.substr(0, read.recipients[i].address.size()));
    }
  }
}

TEST(Records, AListTakesAllThatTheTextsOfACutRecordLeave) {
  const std::string address = "<" + std::string(78, 'a') + ">";
  const std::vector<Recipient> recipients(1000, Recipient{address, 250});
  TransactionRecord sent;
  sent.recipients = recipients;
  constexpr std::size_t kSmallRoom = 64 * 1024;
  bool cut = false;
  const auto bytes = encode(sent, kSmallRoom, RecordWriter::Mode::kCut, &cut);
  EXPECT_TRUE(cut);
  EXPECT_GT(bytes.size(), kSmallRoom - address.size() - 8) << "another recipient would have fitted";
}

TEST(Records, ListsOfACutRecordThatAreShortLeaveTheirShareToTheOthers) {
  const std::vector<NamedCount> commands(3000, NamedCount{"QUIT", 1});
  const std::vector<CodeCount> replies(10, CodeCount{250, 1});
  SessionRecord sent;
  sent.commands = commands;
  sent.replies = replies;
  bool cut = false;
  const auto bytes = encode(sent, 16 * 1024, RecordWriter::Mode::kCut, &cut);
  EXPECT_TRUE(cut);
  RecordScratch scratch;
  RecordReader reader(bytes, scratch);
  SessionRecord read;
  read.read(reader);
  EXPECT_EQ(read.replies.size(), replies.size());
  EXPECT_GT(bytes.size(), 8U * 1024 - 256);
}

template <typename Record>
void expect_cut_fits(const Record& record) {
  bool cut = false;
  const auto bytes =
      encode(record, kRecordBufferBytesMin - sizeof(RecordHead) - 16, RecordWriter::Mode::kCut, &cut);
  EXPECT_TRUE(cut);
  RecordScratch scratch;
  RecordReader reader(bytes, scratch);
  Record read;
  read.read(reader);
  EXPECT_TRUE(reader.ok() && reader.at_end());
}

TEST(Records, EveryKindThatCanGrowFitsTheSmallestBufferWhenCut) {
  const std::string long_text(20'000, 'x');
  const std::vector<std::string_view> texts(500, long_text);
  const std::vector<NamedCount> named(500, NamedCount{long_text, 1});
  const std::vector<CodeCount> codes(5000, CodeCount{250, 1});
  const std::vector<Recipient> recipients(500, Recipient{long_text, 250});
  TransactionRecord transaction;
  transaction.helo = transaction.mail_from = transaction.last_reply = transaction.authenticated_as =
      long_text;
  transaction.params = {0, false, false, long_text, long_text, long_text, long_text};
  transaction.recipients = recipients;
  expect_cut_fits(transaction);
  AuthRecord auth;
  auth.mechanism = auth.username = auth.authzid = auth.reply = long_text;
  auth.sealed = as_bytes(long_text);
  expect_cut_fits(auth);
  SessionRecord session;
  session.banner = session.helo = session.fingerprint = long_text;
  session.capabilities = texts;
  session.commands = named;
  session.replies = codes;
  expect_cut_fits(session);
  AnomalyRecord anomaly;
  anomaly.event = long_text;
  expect_cut_fits(anomaly);
  FindingRecord finding;
  finding.subject = long_text;
  finding.evidence = texts;
  expect_cut_fits(finding);
  HostDeltaRecord delta;
  delta.distinct_recipients = delta.distinct_senders = delta.distinct_servers = as_bytes(long_text);
  expect_cut_fits(delta);
  StatsRecord stats;
  stats.drops = stats.cycles = named;
  expect_cut_fits(stats);
}

}  // namespace
}  // namespace mailtap
