// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "smtp/command_parser.h"
#include "smtp/data_reader.h"
#include "smtp/probe.h"

namespace mailtap::smtp {
namespace {

// RFC 5321 4.5.2 word by word: where the message ends, and its size without stuffing.
std::pair<std::size_t, std::size_t> naive(const std::string& body) {
  const std::string all = "\r\n" + body;
  const std::size_t end = all.find("\r\n.\r\n");
  std::string message =
      all.substr(2, end == std::string::npos ? all.npos : end + 2 - std::min<std::size_t>(end + 2, 2));
  std::string lines = "\r\n" + message;
  std::size_t stuffed = 0;
  for (std::size_t at = lines.find("\r\n."); at != std::string::npos; at = lines.find("\r\n.", at + 2))
    ++stuffed;
  return {end == std::string::npos ? body.size() : end + 3, message.size() - stuffed};
}

TEST(DataReader, AgreesWithANaiveModelOnEveryCut) {
  std::mt19937 random(3);
  constexpr std::string_view kAlphabet = "\r\n.\r\n.a";
  for (int round = 0; round < 3000; ++round) {
    std::string body;
    for (int i = 0; i < 12; ++i) body += kAlphabet[random() % kAlphabet.size()];
    body += "\r\n.\r\nQUIT";
    const auto [end, size] = naive(body);
    DataReader reader;
    reader.begin();
    std::size_t at = 0;
    DataReader::Read read;
    while (!read.ended && at < body.size()) {
      read =
          reader.read(as_bytes(body).subspan(at, std::min<std::size_t>(1 + random() % 6, body.size() - at)));
      at += read.used;
    }
    ASSERT_TRUE(read.ended);
    ASSERT_EQ(at, end) << ::testing::PrintToString(body);
    ASSERT_EQ(reader.size(), size) << ::testing::PrintToString(body);
  }
}

TEST(CommandParser, TakesThePathAsItWasSent) {
  std::string_view rest;
  EXPECT_EQ(take_path(path_and_params(" from: <a@b> SIZE=1", "FROM"), rest), "<a@b>");
  EXPECT_EQ(rest, " SIZE=1");
  EXPECT_EQ(take_path(R"(<"x>y"@b> A)", rest), R"(<"x>y"@b>)");
  EXPECT_EQ(take_path("a@b X", rest), "a@b");
}

TEST(CommandParser, RefusesLengthsThatOverflow) {
  EXPECT_TRUE(parse_bdat(" 10 last").last);
  for (const std::string_view bad : {"", " ", " -1", " 99999999999999999999", " 1x", " 5 X", " 5 LAST X"}) {
    EXPECT_FALSE(parse_bdat(bad).valid) << bad;
  }
}

TEST(Probe, FindsEachSide) {
  const auto guess = [](std::string_view text) { return guess_role(as_bytes(text)); };
  EXPECT_EQ(guess("ehlo x\r\n"), Guess::kSmtpClient);
  EXPECT_EQ(guess("MAIL FROM:<"), Guess::kSmtpClient);
  EXPECT_EQ(guess("EH"), Guess::kMaybe);
  EXPECT_EQ(guess("220 x ESMTP\r\n"), Guess::kSmtpServer);
  EXPECT_EQ(guess("220-x\r\n220 y\r\n"), Guess::kMaybe);
  EXPECT_EQ(guess("220 ESMT"), Guess::kMaybe);
  EXPECT_EQ(guess("250-a\r\n250-PIPELINING\r\n"), Guess::kSmtpServer);
  EXPECT_EQ(guess("GET / HTTP/1.1\r\n"), Guess::kNo);
  EXPECT_EQ(guess("SSH-2.0"), Guess::kNo);
  EXPECT_EQ(guess("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nEHLO x\r\n"), Guess::kSmtpClient);
}

}  // namespace
}  // namespace mailtap::smtp
