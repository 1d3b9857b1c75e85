// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <array>

#include "crypt/base64.h"
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
TEST(Auth, ReadsLoginWithoutBase64WhereTheServerDoesWithoutItToo) {
  const auto told =
      run(auth("C: AUTH LOGIN\nS: 334 Username:\nC: validuser\nS: 334 Password:\n"
               "C: validpassword\nS: 235 ok\n"));
  EXPECT_EQ(told[0], "auth LOGIN success user validuser authzid  password 235");
  EXPECT_EQ(told[1], "anomaly MALFORMED_AUTH");
}
TEST(Auth, AnAnswerWithoutBase64IsNoNameToAnyOtherPrompt) {
  for (const std::string_view prompts : {"u p", "VXNlcm5hbWU6 UGFzc3dvcmQ6", "VXNlcm5hbWU6 Password:",
                                         "Name: Secret:", "Username: UGFzc3dvcmQ6", "Username: Username:"}) {
    const std::size_t space = prompts.find(' ');
    const auto told =
        run(auth("C: AUTH LOGIN\nS: 334 " + std::string(prompts.substr(0, space)) + "\nC: hunter2\nS: 334 " +
                 std::string(prompts.substr(space + 1)) + "\nC: hunter2\nS: 535 no\n"));
    EXPECT_EQ(told[0], "auth LOGIN failure user  authzid  password 535") << prompts;
    EXPECT_EQ(told[1], "anomaly MALFORMED_AUTH") << prompts;
  }
}
TEST(Auth, AnAnswerToLoginWithoutPaddingIsNoName) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 u\nC: dXNlcg\nS: 334 p\nC: c2VjcmV0\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  password 535");
}
TEST(Auth, ANameInClearIsNoneUntilTheServerAsksForThePassword) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 Username:\nC: hunter2\nS: 501 no\n"))[0],
            "auth LOGIN failure user  authzid  none 501");
}
TEST(Auth, OneAnswerWithoutBase64MakesNoneOfThemAName) {
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 u\nC: dXNlcg==\nS: 334 p\nC: hunter2!\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  password 535");
}
TEST(Auth, TheSecondAnswerToLoginIsNeverAName) {
  for (const std::string_view prompt : {"VXNlcm5hbWU6", "Username:", "UGFzc3dvcmQ6"}) {
    const auto told =
        run(auth("C: AUTH LOGIN =\nS: 334 " + std::string(prompt) +
                 "\nC: Y2FuYXJ5LTl4N3E=\nS: 334 UGFzc3dvcmQ6\nC: Y2FuYXJ5LTl4N3E=\nS: 535 no\n"));
    EXPECT_EQ(told[0], "auth LOGIN failure user  authzid  password 535 initial") << prompt;
  }
  EXPECT_EQ(
      run(auth(
          "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: \nS: 334 VXNlcm5hbWU6\nC: Y2FuYXJ5LTl4N3E=\nS: 535 no\n"))
          [0],
      "auth LOGIN failure user  authzid  password 535");
  EXPECT_EQ(run(auth("C: AUTH LOGIN\nS: 334 Password:\nC: Y2FuYXJ5LTl4N3E=\nS: 334 Username:\n"
                     "C: dXNlcg==\nS: 535 no\n"))[0],
            "auth LOGIN failure user  authzid  password 535");
}
TEST(Auth, ReadsTheUserOfCramMd5) {
  // "a user", a blank and 32 digits
  EXPECT_EQ(
      run(auth("C: AUTH CRAM-MD5\nS: 334 PDE+\nC: YSB1c2VyIDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5QUJDREVG\n"
               "S: 235 ok\n"))[0],
      "auth CRAM-MD5 success user a user authzid  response 235");
}
TEST(Auth, ACramMd5AnswerWithoutADigestTellsNoName) {
  for (const std::string_view answer :
       {"Y2FuYXJ5LTl4N3EgY2FuYXJ5LTl4N3E=",                              // canary-9x7q twice
        "Y2FuYXJ5LTl4N3EgMDEyMzQ1Njc4OQ==",                              // and too few digits
        "Y2FuYXJ5LTl4N3EgMDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlBQkNERXg=",  // and no digit among them
        "IDAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5QUJDREVG",                  // no name
        "Y2FuYXJ5LTl4N3E=", "canary-9x7q 0123456789abcdef0123456789ABCDEF"}) {
    const auto told = run(auth("C: AUTH CRAM-MD5\nS: 334 PDE+\nC: " + std::string(answer) + "\nS: 535 no\n"));
    EXPECT_EQ(told[0], "auth CRAM-MD5 failure user  authzid  response 535") << answer;
    EXPECT_EQ(told[1], "anomaly MALFORMED_AUTH") << answer;
  }
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

TEST(Auth, ATokenOfOneNulTellsNoName) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN YQBjYW5hcnktOXg3cQ==\nS: 535 no\n"))[0],  // a NUL canary-9x7q
            "auth PLAIN failure user  authzid  password 535 initial");
  EXPECT_EQ(run(auth("C: AUTH PLAIN Y2FuYXJ5LTl4N3EAYQ==\nS: 535 no\n"))[0],  // canary-9x7q NUL a
            "auth PLAIN failure user  authzid  password 535 initial");
  EXPECT_EQ(run(auth("C: AUTH PLAIN AGNhbmFyeS05eDdx\nS: 535 no\n"))[0],  // NUL canary-9x7q
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, ATokenWithoutNulIsAllSecret) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN Y2FuYXJ5LTl4N3E=\nS: 535 no\n"))[0],  // canary-9x7q
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, ATokenWithNothingBehindItsSecondNulTellsNoName) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN YQBjYW5hcnktOXg3cQA=\nS: 535 no\n"))[0],  // a NUL canary-9x7q NUL
            "auth PLAIN failure user  authzid  password 535 initial");
  EXPECT_EQ(run(auth("C: AUTH PLAIN AGNhbmFyeS05eDdxAA==\nS: 535 no\n"))[0],  // NUL canary-9x7q NUL
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, ATokenWithADamagedPlaceTellsNoName) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN Y2FuYXJ5LTl4AHVzZXIAc2Vj!cmV0\nS: 535 no\n"))[0],
            "auth PLAIN failure user  authzid  password 535 initial");
  EXPECT_EQ(run(auth("C: AUTH PLAIN AHVz!\nS: 334 \nC: AGNhbmFyeS05eDdxAGE=\nS: 535 no\n"))[0],
            "auth PLAIN failure user  authzid  password 535 initial");
}
TEST(Auth, AnEmptyInitialResponseOfPlainSaysNothingYet) {
  EXPECT_EQ(run(auth("C: AUTH PLAIN =\nS: 334 \nC: AHVzZXIAc2VjcmV0\nS: 235 ok\n"))[0],
            "auth PLAIN success user user authzid  password 235 initial");
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
TEST(Auth, AReplyToAuthIsToldWithoutItsText) {
  Bench bench;
  for (const Said& part :
       parse(auth("C: AUTH PLAIN Y2FuYXJ5LTl4N3E=\nS: 535 5.7.8 canary-9x7q\n"
                  "C: AUTH PLAIN canary-9x7q\nS: 501 canary-9x7q?\n"
                  "C: AUTH PLAIN AHVzZXIAY2FuYXJ5LTl4N3E=\nS: 535 5.7.8 canary-9x7q is wrong\n"
                  "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 535-5.7.8 no\nS: 535 5.7.1234 no\n"
                  "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 535 2.7.0 no\n"
                  "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 2.7.0\n")))
    bench.say(part.role, part.bytes);
  bench.end();
  EXPECT_THAT(bench.teller.auth_replies,
              ::testing::ElementsAre("535 5.7.8", "501", "535 5.7.8", "535", "535", "235 2.7.0"));
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
TEST(Auth, ARefusalAfterAuthIsToldWithoutItsTextAnAcceptedReplyWithIt) {
  const std::string mail =
      "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<b@c>\nS: 550 5.1.1 canary-9x7q\nC: QUIT\n";
  const std::string sent =
      "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<b@c>\nS: 250 ok\nC: DATA\nS: 354 go\nC: .\n"
      "S: 250 2.0.0 queued as 1\nC: QUIT\n";
  const std::string login = "C: AUTH PLAIN AHVzZXIAc2VjcmV0\nS: 235 ok\n";
  EXPECT_THAT(run(auth(mail))[0], HasSubstr("last 550 5.1.1 canary-9x7q"));
  EXPECT_THAT(run(auth(login + mail))[1], ::testing::EndsWith("last 550 5.1.1 as user"));
  EXPECT_THAT(run(auth(login + sent))[1], HasSubstr("last 250 2.0.0 queued as 1"));
}
TEST(Auth, ALateVerdictIsNoTextOfTheTransaction) {
  EXPECT_THAT(
      run(auth("C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<b@c>\nS: 235 2.7.0 canary-9x7q\nC: QUIT\n"))[0],
      HasSubstr("last 235 2.7.0"));
  std::string all;
  for (const std::string& line : run("S: 535 canary-9x7q\nC: EHLO me\nS: 235 canary-9x7q\n"))
    all += line + "\n";
  EXPECT_EQ(all.find("canary"), std::string::npos) << "neither a banner nor a capability";
}

TEST(Auth, ToldByNameIsWhatTheWorldKnowsAsAMechanism) {
  for (const char* name : {"KERBEROS_V4", "SCRAM-SHA3-512", "EAP-AES128", "ECDSA-NIST256P-CHALLENGE"})
    EXPECT_THAT(run(auth("C: AUTH " + std::string(name) + "\nS: 504 no\n"))[0],
                HasSubstr("auth " + std::string(name) + " failure"));
  for (const char* word : {"CANARY-9X7Q", "GS2-CANARY9X7Q", "GSSAPI2"})
    EXPECT_THAT(run(auth("C: AUTH " + std::string(word) + "\nS: 504 no\n"))[0],
                HasSubstr("auth UNKNOWN failure"));
}

class SealedAuth : public ::testing::Test {
 protected:
  SealedAuth() { crypto_box_keypair(public_key_.data(), secret_key_.data()); }

  std::string opened(const std::string& sealed) const {
    std::string text(sealed.size() - crypto_box_SEALBYTES, '\0');
    const auto* from = reinterpret_cast<const unsigned char*>(sealed.data());
    auto* to = reinterpret_cast<unsigned char*>(text.data());
    EXPECT_EQ(crypto_box_seal_open(to, from, sealed.size(), public_key_.data(), secret_key_.data()), 0);
    return text;
  }
  SealingKey sealing_key() const {
    std::array<char, 64> text{};
    return SealingKey::from_base64({text.data(), base64_encode(public_key_, text)}).value();
  }

  std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> public_key_{};
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> secret_key_{};
};

std::string base64(std::string_view text) {
  std::string coded(base64_encoded_size(text.size()), '\0');
  base64_encode(as_bytes(text), coded);
  return coded;
}

TEST_F(SealedAuth, SealsWhateverALineOfAuthCanHold) {
  const std::string token(9000, 't');
  const std::string raw(12'000, '!');
  Bench bench;
  Sealer to_operator(sealing_key());
  bench.context.sealer = &to_operator;
  using std::string_view_literals::operator""sv;
  bench.server("220 mx\r\n");
  bench.client("AUTH PLAIN " + base64("\0user\0"sv) + base64(token) + "\r\n");
  bench.server("535 no\r\n");
  bench.client("AUTH LOGIN dXNlcg==\r\n");
  bench.server("334 UGFzc3dvcmQ6\r\n");
  bench.client(raw + "\r\n");
  bench.server("535 no\r\n");
  bench.end();
  ASSERT_EQ(bench.teller.sealed.size(), 2U);
  EXPECT_EQ(opened(bench.teller.sealed[0]), token);
  EXPECT_EQ(opened(bench.teller.sealed[1]), raw);
  EXPECT_EQ(bench.teller.sealed_lost, 0);
}
TEST_F(SealedAuth, SaysWhenThereWasNoRoomForWhatWasSealed) {
  Bench bench({}, 5);
  Sealer to_operator(sealing_key());
  bench.context.sealer = &to_operator;
  bench.server("220 mx\r\n");
  bench.client("AUTH PLAIN " + base64(std::string(9000, 't')) + "\r\n");
  bench.server("535 no\r\n");
  EXPECT_THAT(bench.end()[0], HasSubstr("password 535"));
  EXPECT_EQ(bench.teller.sealed[0], "");
  EXPECT_EQ(bench.teller.sealed_lost, 1);
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
      for (const auto& buffer :
           {bench.scratch.client_line, bench.scratch.undecided, bench.scratch.auth_decoded}) {
        EXPECT_EQ(as_text(buffer).find(canary), std::string_view::npos);
      }
    }
  }
}

}  // namespace
}  // namespace mailtap::smtp::test
