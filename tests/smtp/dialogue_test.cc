// SPDX-License-Identifier: Apache-2.0
#include "smtp/dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHello =
    "S: 220 mx ESMTP\nC: EHLO me\nS: 250-mx hello\nS: 250-SIZE 10\nS: 250 STARTTLS\n";
constexpr std::string_view kEnvelope =
    "C: MAIL FROM:<a@b> SIZE=12\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\n";

std::string after_hello(std::string_view text) { return std::string(kHello) + std::string(text); }
std::string after_data(std::string_view text) {
  return after_hello(std::string(kEnvelope) + std::string(text));
}

TEST(Dialogue, TellsADeliveredMessageAndTheSession) {
  EXPECT_THAT(
      run(after_data("S: 354 go\nC: x\nC: ..y\nC: .\nS: 250 2.0.0 Ok\nC: QUIT\nS: 221 bye\n")),
      ElementsAre(
          "tx 0 delivered from <a@b> to <c@d>=250 size 7 helo me last 250 2.0.0 Ok SIZE=12",
          "end banner mx ESMTP helo me commands EHLO=1 MAIL=1 RCPT=1 DATA=1 QUIT=1 replies 220=1 221=1 "
          "250=4 354=1 caps [SIZE 10] [STARTTLS] n 1/1/1/0 auth 0/0 offered"));
}

TEST(Dialogue, ReadsCommandsAgainWhenDataIsRefused) {
  const auto told = run(after_data("S: 554 no\nC: RSET\nS: 250 ok\n"));
  EXPECT_EQ(told[0], "anomaly DATA_COMMAND_REJECTED");
  EXPECT_EQ(told[1], "tx 0 rejected from <a@b> to <c@d>=250 size 0 helo me last 554 no SIZE=12");
}

TEST(Dialogue, ReadsWhatFollowsARefusedDataInTheSameSegmentAsCommands) {
  EXPECT_THAT(run(after_data("C: QUIT\nS: 554 no\nS: 221 bye\n")).back(), HasSubstr("QUIT=1"));
}

TEST(Dialogue, PairsPipelinedCommandsWithTheirReplies) {
  std::vector<Said> said = parse(kHello);
  said.push_back({Role::kClient, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n"});
  said.push_back({Role::kServer, "250 ok\r\n250 ok\r\n550 no\r\n354 go\r\n"});
  said.push_back({Role::kClient, "hi\r\n.\r\nMAIL FROM:<g@h>\r\nQUIT\r\n"});
  said.push_back({Role::kServer, "250 done\r\n250 ok\r\n221 bye\r\n"});
  const auto told = run(said);
  EXPECT_EQ(told[0], "tx 0 delivered from <a@b> to <c@d>=250 to <e@f>=550 size 4 helo me last 250 done");
  EXPECT_EQ(told[1], "tx 1 abandoned from <g@h> size 0 helo me last 250 ok");
}

TEST(Dialogue, TellsWhatRunsAheadOfTheReplyToData) {
  EXPECT_THAT(run(after_data("C: QUIT\nS: 554 no\nS: 221 bye\n")),
              Contains("anomaly INVALID_PIPELINED_SEQUENCE"));
  EXPECT_THAT(run(after_data("S: 354 go\nC: x\nC: .\nS: 250 ok\nC: NOOP\nC: QUIT\nS: 250 ok\nS: 221 bye\n")),
              Not(Contains(HasSubstr("INVALID_PIPELINED_SEQUENCE"))));
}

TEST(Dialogue, TellsACommandThatRunsAheadOfTheReplyToStarttlsButNotTls) {
  const std::string starttls = after_hello("C: STARTTLS\n");
  EXPECT_THAT(run(starttls + "C: NOOP\nS: 220 go\n"), Contains("anomaly INVALID_PIPELINED_SEQUENCE"));
  EXPECT_THAT(run(starttls + "C: \x16\x03\x01 hello\nS: 220 go\n"),
              Not(Contains("anomaly INVALID_PIPELINED_SEQUENCE")));
}

TEST(Dialogue, TellsNothingAheadOfAReplyThatWasLost) {
  Bench bench;
  for (const Said& part : parse(after_data(""))) bench.say(part.role, part.bytes);
  bench.gap(Role::kServer, 8);
  bench.client("x\r\n.\r\n");
  bench.server("250 ok\r\n");
  EXPECT_THAT(bench.end(), Not(Contains("anomaly INVALID_PIPELINED_SEQUENCE")));
}

TEST(Dialogue, TellsAChunkThatIsLongerThanItSays) {
  const std::string envelope = after_hello("C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n");
  std::vector<Said> said = parse(envelope);
  said.push_back({Role::kClient, "BDAT 4 LAST\r\nabcd too much\r\n"});
  EXPECT_THAT(run(said), Contains("anomaly BDAT_CHUNK_LEN_EXCEEDED"));
  said.back().bytes = "BDAT 4\r\nabcdBDAT 2 LAST\r\nefQUIT\r\n";
  EXPECT_THAT(run(said), Not(Contains("anomaly BDAT_CHUNK_LEN_EXCEEDED")));
}

TEST(Dialogue, ARefusedMailIsToldAsRejected) {
  EXPECT_THAT(run(after_hello("C: MAIL FROM:<a@b>\nS: 550 no\nC: QUIT\nS: 221 bye\n")),
              Contains(HasSubstr("tx 0 rejected from <a@b>")));
}

TEST(Dialogue, ASessionWithoutMailGivesOneTransactionWithoutSender) {
  const auto told = run(after_hello("C: VRFY root\nS: 252 maybe\nC: QUIT\nS: 221 bye\n"));
  EXPECT_EQ(told[0], "probe VRFY 252");
  EXPECT_EQ(told[1], "tx 0 none size 0 helo me");
}

TEST(Dialogue, CrossesChunksByTheirLength) {
  std::vector<Said> said = parse(after_hello("C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"));
  said.push_back({Role::kClient, "BDAT 10\r\nQUIT\r\n.\r\n\nBDAT 0 LAST\r\nQUIT\r\n"});
  said.push_back({Role::kServer, "250 ok\r\n250 done\r\n221 bye\r\n"});
  EXPECT_EQ(run(said)[0], "tx 0 delivered from <a@b> to <c@d>=250 size 10 helo me last 250 done chunking");
}

TEST(Dialogue, ABadChunkLengthOpensNoChunk) {
  std::vector<Said> said = parse(kHello);
  said.push_back({Role::kClient, "BDAT 5 X\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"});
  said.push_back({Role::kServer, "501 bad\r\n250 ok\r\n250 ok\r\n354 go\r\n"});
  said.push_back({Role::kClient, "x\r\n.\r\n"});
  said.push_back({Role::kServer, "250 done\r\n"});
  EXPECT_THAT(run(said), ElementsAre("anomaly INVALID_BDAT",
                                     "tx 0 delivered from <a@b> to <c@d>=250 size 3 helo me last 250 done",
                                     HasSubstr("BDAT=1")));
}

TEST(Dialogue, GoesToTlsBehindAnAcceptedStarttls) {
  Bench bench;
  for (const Said& part : parse(after_hello("C: STARTTLS\nS: 220 go\n"))) bench.say(part.role, part.bytes);
  EXPECT_TRUE(bench.dialogue.wants_bytes());
  bench.client("\x16\x03\x01");
  EXPECT_TRUE(bench.dialogue.gone_to_tls());
  EXPECT_THAT(bench.end().back(), HasSubstr("offered requested accepted established"));
}

TEST(Dialogue, ReadsOnInClearWhenNobodyEncryptsBehindStarttls) {
  const auto told = run(after_hello("C: STARTTLS\nS: 220 go\nC: MAIL FROM:<a@b>\n"));
  EXPECT_THAT(told, Contains(HasSubstr("from <a@b>")));
}

TEST(Dialogue, TellsCommandsInjectedBehindStarttls) {
  std::vector<Said> said = parse(kHello);
  said.push_back({Role::kClient, "STARTTLS\r\nRSET\r\n"});
  said.push_back({Role::kServer, "220 go\r\n"});
  said.push_back({Role::kClient, "\x16\x03\x01"});
  const auto told = run(said);
  EXPECT_THAT(told, Contains("anomaly STARTTLS_COMMAND_INJECTION"));
  EXPECT_THAT(told.back(), HasSubstr("established"));
}

TEST(Dialogue, TlsFromTheFirstByteGivesNoTransaction) {
  Bench bench({}, 64, DialogueStart{false, true});
  bench.client("\x16\x03\x01");
  EXPECT_FALSE(bench.dialogue.wants_bytes());
  EXPECT_EQ(bench.end().size(), 1u);
}

TEST(Dialogue, ReadsTheCommandBehindALineThatIsTooLong) {
  const auto told =
      run(after_hello("C: NOOP " + std::string(20000, 'x') + "\nS: 500 no\nC: MAIL FROM:<a@b>\nS: 250 ok\n"));
  EXPECT_EQ(told[0], "anomaly MAX_COMMAND_LINE_LEN_EXCEEDED");
  EXPECT_THAT(told[1], HasSubstr("abandoned from <a@b>"));
}

TEST(Dialogue, ALineWithoutEndCostsNoMoreThanTheLimit) {
  Bench bench;
  for (const Said& part : parse(kHello)) bench.say(part.role, part.bytes);
  const std::string block(65536, 'x');
  for (int i = 0; i < 1000; ++i) bench.client(block);
  EXPECT_LT(bench.pool.used(), 20u);
  bench.end();
  EXPECT_EQ(bench.pool.used(), 0u);
}

TEST(Dialogue, AHundredThousandUnansweredCommandsStayBounded) {
  Bench bench;
  for (const Said& part : parse(kHello)) bench.say(part.role, part.bytes);
  for (int i = 0; i < 20000; ++i)
    bench.client("RCPT TO:<a@b>\r\nMAIL FROM:<c@d>\r\nNOOP\r\nRSET\r\nNOOP\r\n");
  EXPECT_LT(bench.pool.used(), 200u);
  EXPECT_THAT(bench.end().back(), HasSubstr("MAIL=20000"));
  EXPECT_EQ(bench.pool.used(), 0u);
}

TEST(Dialogue, GivesUpWhatIsNotSmtp) {
  Bench bench;
  for (int i = 0; i < 9; ++i) bench.client("GET / HTTP/1.1\r\n");
  EXPECT_FALSE(bench.dialogue.wants_bytes());
  EXPECT_THAT(bench.end(), ElementsAre("anomaly NOT_SMTP", HasSubstr("not_smtp")));
}

TEST(Dialogue, ALineInFrontOfTheGreetingHasNoReply) {
  EXPECT_THAT(run("C: PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n" + after_data("S: 354 go\nC: .\nS: 250 ok\n")),
              Contains(HasSubstr("tx 0 delivered from <a@b>")));
}

TEST(Dialogue, ReadsAServerThatGreetsWithARefusal) {
  const auto told = run("S: 554 no\nC: QUIT\nS: 221 bye\n");
  EXPECT_THAT(told, ElementsAre("tx 0 none size 0 helo ", HasSubstr("QUIT=1 replies 221=1 554=1")));
}

TEST(Dialogue, WithOneSideOnlyEnvelopesAreStillTold) {
  std::vector<Said> said;
  for (const Said& part : parse(after_data("C: x\nC: .\nC: QUIT\n"))) {
    if (part.role == Role::kClient) said.push_back(part);
  }
  const auto told = run(said);
  EXPECT_EQ(told[0], "tx 0 incomplete from <a@b> to <c@d>=0 size 3 helo me SIZE=12");
  EXPECT_THAT(told.back(), HasSubstr("QUIT=1"));
}

TEST(Dialogue, FindsItsPlaceAgainBehindAGap) {
  Bench bench;
  for (const Said& part : parse(after_data("S: 354 go\nC: x\n"))) bench.say(part.role, part.bytes);
  bench.gap(Role::kClient, 100);
  bench.server("250 done\r\n");
  for (const Said& part : parse("C: MAIL FROM:<e@f>\nS: 250 ok\nC: QUIT\nS: 221 bye\n"))
    bench.say(part.role, part.bytes);
  const auto told = bench.end();
  EXPECT_THAT(told[0], HasSubstr("tx 0 delivered from <a@b>"));
  EXPECT_THAT(told[1], HasSubstr("tx 1 abandoned from <e@f>"));
  EXPECT_THAT(told, Not(Contains(HasSubstr("anomaly"))));
}

TEST(Dialogue, TheServersAcceptanceEndsAMessageThatOnlyTheServerSawTheEndOf) {
  std::vector<Said> said = parse(after_data("S: 354 go\nC: x\n"));
  said.push_back({Role::kClient, "y\n.\n"});
  said.push_back({Role::kServer, "250 done\r\n"});
  said.push_back({Role::kClient, "QUIT\r\n"});
  const auto told = run(said);
  EXPECT_THAT(told[0], HasSubstr("tx 0 delivered from <a@b>"));
  EXPECT_THAT(told.back(), HasSubstr("QUIT=1"));
}

TEST(Dialogue, AGapInAChunkIsCrossedByArithmetic) {
  Bench bench;
  for (const Said& part : parse(after_hello("C: MAIL FROM:<a@b>\nS: 250 ok\n")))
    bench.say(part.role, part.bytes);
  bench.client("BDAT 1000 LAST\r\nabc");
  bench.gap(Role::kClient, 900);
  bench.client(std::string(97, 'y') + "QUIT\r\n");
  bench.server("250 done\r\n221 bye\r\n");
  EXPECT_THAT(bench.end()[0], HasSubstr("delivered from <a@b> size 1000"));
}

TEST(Dialogue, KeepsRunningWithoutPages) {
  Bench bench({}, 1);
  for (const Said& part : parse(after_data("S: 354 go\nC: x\nC: .\nS: 250 ok\nC: QUIT\nS: 221 bye\n"))) {
    bench.say(part.role, part.bytes);
  }
  EXPECT_THAT(bench.end().back(), HasSubstr("QUIT=1"));
  EXPECT_EQ(bench.pool.used(), 0u);
  EXPECT_GT(bench.counters.text_lost.get(), 0u);
}

TEST(Dialogue, AServerThatEndsAMessageIsReadWithoutPages) {
  Bench bench({}, 1);
  const PageIndex taken = bench.pool.take();
  for (const Said& part : parse(after_data("S: 354 go\nC: x\nS: 250 ok\nC: QUIT\nS: 221 bye\n"))) {
    bench.say(part.role, part.bytes);
  }
  EXPECT_THAT(bench.end().back(), HasSubstr("DATA=1"));
  bench.pool.give_back(taken);
  EXPECT_EQ(bench.pool.used(), 0u);
}

}  // namespace
}  // namespace mailtap::smtp::test
