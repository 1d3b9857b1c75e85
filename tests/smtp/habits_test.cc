// SPDX-License-Identifier: Apache-2.0
#include "smtp/habits.h"

#include <gtest/gtest.h>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

constexpr std::string_view kBanner = "S: 220 mx ESMTP\n";
constexpr std::string_view kEnd = "S: 221 bye\n";

std::string print_of(const std::vector<Said>& said) {
  Bench bench({}, 256);
  for (const Said& part : said) bench.say(part.role, part.bytes);
  bench.end();
  return bench.teller.fingerprint;
}

std::string print_of(std::string_view text) {
  return print_of(parse(std::string(kBanner) + std::string(text)));
}

// A client that does as asked; `rcpts` recipients a message.
std::string session(std::string_view hello, std::string_view mail, std::string_view rcpt, int messages = 1,
                    int rcpts = 1) {
  std::string text = "C: " + std::string(hello) + "\nS: 250 mx\n";
  for (int i = 0; i < messages; ++i) {
    text += "C: " + std::string(mail) + "\nS: 250 ok\n";
    for (int n = 0; n < rcpts; ++n) text += "C: " + std::string(rcpt) + "\nS: 250 ok\n";
    text += "C: DATA\nS: 354 go\nC: hi\nC: .\nS: 250 ok\n";
  }
  return text + "C: QUIT\n" + std::string(kEnd);
}

std::uint64_t fnv(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return hash;
}

TEST(Habits, AreTheDocumentedHashOfTheDocumentedText) {
  const std::uint64_t hash = fnv("EHLO/u/f;MAIL/c/ From: </SIZE,BODY;RCPT/l/ to:-/;DATA/u;");
  std::array<char, 32> expected{};
  std::snprintf(expected.data(), expected.size(), "efdsq02_%016llx", static_cast<unsigned long long>(hash));
  EXPECT_EQ(print_of(session("EHLO mail.example.org", "Mail From: <a@b> SIZE=5 BODY=7BIT", "rcpt to:c@d")),
            expected.data());
}

TEST(Habits, DoNotDependOnWhatIsSentNorToHowMany) {
  const std::string one = print_of(session("EHLO a.example", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"));
  EXPECT_EQ(print_of(session("EHLO other.example", "MAIL FROM:<x@y>", "RCPT TO:<z@q>", 3, 5)), one);
}

TEST(Habits, DifferByEachThingTheStandardsLeaveOpen) {
  const std::string usual = print_of(session("EHLO a.example", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"));
  for (const auto& [hello, mail, rcpt] :
       {std::array{"ehlo a.example", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"},
        std::array{"HELO a.example", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"},
        std::array{"EHLO here", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"},
        std::array{"EHLO [10.0.0.1]", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"},
        std::array{"EHLO 10.0.0.1", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"},
        std::array{"EHLO a.example", "MAIL FROM: <a@b>", "RCPT TO:<c@d>"},
        std::array{"EHLO a.example", "MAIL FROM:a@b", "RCPT TO:<c@d>"},
        std::array{"EHLO a.example", "MAIL FROM:<a@b> SIZE=1", "RCPT TO:<c@d>"},
        std::array{"EHLO a.example", "MAIL FROM:<a@b>", "RCPT to:<c@d>"}})
    EXPECT_NE(print_of(session(hello, mail, rcpt)), usual) << hello << ' ' << mail << ' ' << rcpt;
}

TEST(Habits, TellWhoDoesNotWaitForReplies) {
  std::vector<Said> said = parse(std::string(kBanner) + "C: EHLO me\nS: 250 mx\n");
  said.push_back({Role::kClient, "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"});
  said.push_back({Role::kServer, "250 ok\r\n250 ok\r\n354 go\r\n"});
  said.push_back({Role::kClient, "hi\r\n.\r\n"});
  EXPECT_EQ(print_of(said).substr(0, 8), "ebdpn02_");
}

TEST(Habits, DoNotDependOnTheSecretNorOnAnUnknownWord) {
  const auto with = [](std::string_view line) {
    return print_of("C: EHLO me\nS: 250 AUTH PLAIN\nC: " + std::string(line) + "\nS: 535 no\n");
  };
  EXPECT_EQ(with("AUTH PLAIN AGFubgBjYW5hcnk="), with("AUTH PLAIN AGJvYgBvdGhlcg=="));
  EXPECT_NE(with("AUTH PLAIN AGFubgBjYW5hcnk="), with("AUTH CRAM-MD5"));
  EXPECT_EQ(with("AUTH Y2FuYXJ5"), with("AUTH b3RoZXI="));
  EXPECT_EQ(with("Y2FuYXJ5"), with("b3RoZXI="));
  EXPECT_EQ(with("MAIL FROM:<a@b> canary"), with("MAIL FROM:<a@b> other"));
}

TEST(Habits, AreNotToldWhenTheirBeginningWasNotSeen) {
  Bench bench;
  bench.server("220 mx\r\n");
  bench.gap(Role::kClient, 9);
  bench.client("MAIL FROM:<a@b>\r\n");
  bench.end();
  EXPECT_EQ(bench.teller.fingerprint, "");
}

TEST(Habits, AreToldInMidstreamWhenTheClientBeginsWithItsHello) {
  for (const auto& [text, told] : {std::pair{"EHLO me\r\nMAIL FROM:<a@b>\r\n", true},
                                   std::pair{"MAIL FROM:<a@b>\r\nEHLO me\r\n", false}}) {
    Bench bench({}, 64, DialogueStart{true, false});
    bench.client(text);
    bench.end();
    EXPECT_EQ(!bench.teller.fingerprint.empty(), told) << text;
  }
}

TEST(Habits, SayThatTheEndCannotBeKnownBehindTls) {
  EXPECT_EQ(print_of("C: EHLO me\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\nC: \x16\x03\x01\n").substr(0, 8),
            "ebnsu02_");
}

}  // namespace
}  // namespace mailtap::smtp::test
