// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

using ::testing::HasSubstr;

std::string auth(std::string_view text) { return "S: 220 mx\nC: EHLO me\nS: 250 mx\n" + std::string(text); }

TEST(Auth, ReadsPlainWithAnInitialResponse) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 ok\n"))[0],
            "auth PLAIN success user user authzid  password 235 initial");
}
TEST(Auth, ReadsPlainInAResponseOfItsOwn) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN\nS: 334 \nC: dXJzZWwAa3VydAB4aXBqM3BsbXE=\nS: 501 no\n"))[0],
            "auth PLAIN failure user kurt authzid ursel password 501");
}
TEST(Auth, ReadsLoginWhateverThePromptsSay) {
  EXPECT_EQ(run(auth("C: auth login\nS: 334 who?\nC: dXNlcg==\nS: 334 what?\nC: c2VjcmV0\nS: 535 no\n"))[0],
            "auth LOGIN failure user user authzid  password 535");
}
TEST(Auth, ReadsLoginWithoutBase64) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 u\nC: validuser\nS: 334 p\nC: validpassword\nS: 235 ok\n"))[0],
            "auth LOGIN success user validuser authzid  password 235");
}
TEST(Auth, ReadsTheUserOfCramMd5) {
  EXPECT_EQ(run(auth("C: AUTH CRAM-MD5\nS: 334 PDE+\nC: dXNlciAwMTIzNDU2Nzg5\nS: 235 ok\n"))[0],
            "auth CRAM-MD5 success user user authzid  response 235");
}
TEST(Auth, AStarAborts) {
  const auto told =
      run(auth("C: AUTH CRAM-MD5\nS: 334 x\nC: *\nS: 501 off\nC: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 ok\n"));
  EXPECT_EQ(told[0], "auth CRAM-MD5 aborted user  authzid  none 501");
  EXPECT_THAT(told[1], HasSubstr("auth PLAIN success"));
}
TEST(Auth, ReadsABearerTokenAndPastTheAnswerToItsRefusal) {
  const auto told =
      run(auth("C: AUTH OAUTHBEARER "
               "bixhPXVzZXIsAWhvc3Q9MTI3LjAuMC4xAXBvcnQ9MjUBYXV0aD1CZWFyZXIgbUZfOS5CNWYtNC4xSnFNAQE=\n"
               "S: 334 eyJz\nC: AQ==\nS: 535 no\nC: QUIT\nS: 221 bye\n"));
  EXPECT_EQ(told[0], "auth OAUTHBEARER failure user user authzid  token 535 initial");
  EXPECT_THAT(told.back(), HasSubstr("AUTH=1"));
}
TEST(Auth, ResponsesOfUnknownMechanismsAreNoCommands) {
  const auto told =
      run(auth("C: AUTH X-MINE\nS: 334 a\nC: QUIT\nS: 334 b\nC: RSET\nS: 235 ok\nC: QUIT\nS: 221 bye\n"));
  EXPECT_EQ(told[0], "auth UNKNOWN success user  authzid  none 235");
  EXPECT_THAT(told.back(), HasSubstr("commands EHLO=1 QUIT=1 AUTH=1"));
}
TEST(Auth, AnEmptyInitialResponseIsNoSecret) {
  EXPECT_EQ(run(auth("C: AUTH EXTERNAL =\nS: 235 ok\n"))[0],
            "auth EXTERNAL success user  authzid  none 235 initial");
}
TEST(Auth, WithoutAVerdictTheResultIsUnknown) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN AHVzZXIAc2VjcmV0\n"))[0],
            "auth PLAIN unknown user user authzid  password 0 initial");
}
TEST(Auth, OneSecretHasOneHash) {
  Bench bench;
  for (const Said& part :
       parse(auth("C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 535 no\nC: AUTH LOGIN\nS: 334 u\nC: dXNlcg==\n"
                  "S: 334 p\nC: c2VjcmV0\nS: 235 ok\nC: AUTH PLAIN AHVzZXIAc2VjcmV1\nS: 535 no\n"))) {
    bench.say(part.role, part.bytes);
  }
  bench.end();
  ASSERT_EQ(bench.teller.hashes.size(), 3u);
  EXPECT_EQ(bench.teller.hashes[0], bench.teller.hashes[1]);
  EXPECT_NE(bench.teller.hashes[0], bench.teller.hashes[2]);
}

TEST(Auth, ATokenOfOneNulTellsWhatStandsBeforeItAlone) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN YQBjYW5hcnktOXg3cQ==\nS: 535 no\n"))[0],  // a NUL canary-9x7q
            "auth PLAIN failure user a authzid  password 535 initial");
  EXPECT_EQ(run(auth("C: AUTH PLAIN AGNhbmFyeS05eDdx\nS: 535 no\n"))[0],  // NUL canary-9x7q
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, ATokenWithoutNulIsAllSecret) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN Y2FuYXJ5LTl4N3E=\nS: 535 no\n"))[0],  // canary-9x7q
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, ATokenWithNothingBehindItsSecondNulTellsNoMiddle) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN YQBjYW5hcnktOXg3cQA=\nS: 535 no\n"))[0],  // a NUL canary-9x7q NUL
            "auth PLAIN failure user a authzid  password 535 initial");
}
TEST(Auth, APlainTokenGivenToLoginTellsItsUserAlone) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN AHVzZXIAY2FuYXJ5LTl4N3E=\nS: 535 no\n"))[0],  // NUL user NUL canary-9x7q
            "auth LOGIN failure user user authzid  password 535 initial");
}
TEST(Auth, ADamagedTokenGivenToLoginIsNoName) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 u\nC: Y2FuYXJ5LTl4N3E=x\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  none 535");
  EXPECT_EQ(run(auth("C: AUTH LOGIN canary-9x7q\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  none 535 initial");
}
TEST(Auth, TheAnswerToAPasswordPromptIsTheSecret) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 UGFzc3dvcmQ6\nC: Y2FuYXJ5LTl4N3E=\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  password 535");
}
TEST(Auth, TheReplyToAMalformedExchangeIsToldWithoutItsText) {
  Bench bench;
  for (const Said& part : parse(auth("C: AUTH PLAIN Y2FuYXJ5LTl4N3E=\nS: 535 5.7.8 canary-9x7q\n"
                                     "C: AUTH PLAIN canary-9x7q\nS: 501 canary-9x7q?\n"
                                     "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 535 5.7.8 no\n")))
    bench.say(part.role, part.bytes);
  bench.end();
  EXPECT_THAT(bench.teller.auth_replies, ::testing::ElementsAre("535 5.7.8", "501", "535 5.7.8 no"));
}
TEST(Auth, ANameWithoutItsEndTellsNoSecretBehindIt) {
  EXPECT_THAT(
      run(auth(
          "C: AUTH XOAUTH2 dXNlcj1ib2IgYXV0aD1CZWFyZXIgY2FuYXJ5LTl4N3E=\nS: 535 no\n"))[0],  // a blank for
                                                                                             // the control-A
      HasSubstr("user bob authzid"));
  EXPECT_THAT(
      run(auth(
          "C: AUTH DIGEST-MD5\nS: 334 x\nC: dXNlcm5hbWU9ImJvYixyZXNwb25zZT1jYW5hcnktOXg3cQ==\nS: 535 no\n"))
          [0],  // no closing quote
      HasSubstr("user  authzid"));
}
TEST(Auth, AMechanismIsToldWhenKnownOrOffered) {
  EXPECT_THAT(
      run("S: 220 mx\nC: EHLO me\nS: 250-mx\nS: 250 AUTH PLAIN X-MINE\nC: AUTH x-mine\nS: 535 no\n")[0],
      HasSubstr("auth X-MINE failure"));
  EXPECT_THAT(run(auth("C: AUTH Y2FuYXJ5LTl4N3E=\nS: 504 no\n"))[0], HasSubstr("auth UNKNOWN failure"));
  EXPECT_THAT(run(auth("C: AUTH SCRAM-canary-9x7q\nS: 504 no\n"))[0], HasSubstr("auth UNKNOWN failure"));
}
TEST(Auth, ARepliedSecretIsNoReplyOfTheTransaction) {
  std::string all;
  for (const std::string& line : run(auth("C: MAIL FROM:<a@b>\nS: 250 ok\nC: AUTH PLAIN AHVzZXIAc2VjcmV0\n"
                                          "S: 503 canary-9x7q\nC: canary-9x7q\nS: 500 canary-9x7q?\n")))
    all += line + "\n";
  EXPECT_THAT(all, HasSubstr("last 250 ok"));
  EXPECT_EQ(all.find("canary"), std::string::npos);
}

// The password is "canary-9x7q", in base64 at each alignment and as it is, in every state, cut anywhere.
TEST(Auth, NoSecretStaysInMemoryOrIsTold) {
  constexpr std::string_view kDialogue =
      "S: 220 mx\nC: AUTH PLAIN AHVzZXIAY2FuYXJ5LTl4N3E=\nC: EHLO me\nS: 503 no\nS: 250 mx\n"
      "C: AUTH PLAIN\nC: AHVzZXIAY2FuYXJ5LTl4N3E=\nS: 334 \nS: 535 no\nC: AHVzZXIAY2FuYXJ5LTl4N3E=\nS: 500 "
      "what\n"
      "C: AUTH LOGIN dXNlcg==\nS: 334 p\nC: Y2FuYXJ5LTl4N3E=\nS: 235 ok\nC: AUTH LOGIN\nS: 334 u\nC: "
      "user\nS: 334 p\n"
      "C: canary-9x7q\nS: 535 no\nC: canary-9x7q\n";
  for (std::size_t step : {1u, 7u, 1000u}) {
    Bench bench({}, 64);
    for (const Said& part : parse(kDialogue)) {
      for (std::size_t at = 0; at < part.bytes.size(); at += step)
        bench.say(part.role, part.bytes.substr(at, step));
    }
    std::string all;
    for (const std::string& line : bench.end()) all += line + "\n";
    for (const std::string_view canary : {"canary-9x7q", "Y2FuYXJ5LTl4N3", "AY2FuYXJ5LTl4"}) {
      EXPECT_EQ(all.find(canary), std::string::npos);
      EXPECT_FALSE(bench.memory_holds(canary));
      for (const auto& buffer : {bench.scratch.client_line, bench.scratch.undecided}) {
        EXPECT_EQ(as_text(buffer).find(canary), std::string_view::npos);
      }
    }
  }
}

}  // namespace
}  // namespace mailtap::smtp::test
