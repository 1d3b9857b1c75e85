// SPDX-License-Identifier: Apache-2.0
#include "match/matcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <random>
#include <string>
#include <vector>

#include "match/pattern_set.h"

namespace mailtap {
namespace {

struct Found {
  Pattern pattern;
  std::size_t end;
  bool operator==(const Found&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Found& found) {
  return out << literal_of(found.pattern) << "@" << found.end;
}

const PatternSet& patterns() {
  static const std::shared_ptr<const PatternSet> kSet = PatternSet::compile().value();
  return *kSet;
}

bool starts_with_caseless(std::string_view text, std::string_view upper) {
  return text.size() >= upper.size() &&
         std::equal(upper.begin(), upper.end(), text.begin(),
                    [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); });
}

// The model: every pattern compared by hand.
std::vector<Found> naive_line(std::string_view line, std::size_t offset = 0) {
  std::vector<Found> found;
  for (std::size_t i = 0; i < kPatterns; ++i) {
    const auto pattern = static_cast<Pattern>(i);
    const std::size_t end = literal_of(pattern).size();
    if (!starts_with_caseless(line, literal_of(pattern))) continue;
    const bool word_ends =
        end == line.size() || std::string_view(" \t\r\n").find(line[end]) != std::string_view::npos;
    if (word_ends || pattern == Pattern::kAuthScram) found.push_back({pattern, offset + end});
  }
  return found;
}

std::vector<Found> naive_lines(std::string_view chunk) {
  std::vector<Found> found;
  for (std::size_t start = 0; start < chunk.size();) {
    const std::size_t feed = chunk.find('\n', start);
    const std::size_t end = feed == std::string_view::npos ? chunk.size() : feed + 1;
    for (const Found& one : naive_line(chunk.substr(start, end - start), start)) found.push_back(one);
    start = end;
  }
  return found;
}

std::vector<Found> scan_line(std::string_view line) {
  static Matcher matcher(patterns());
  std::array<Match, 4> out;
  const std::size_t count = matcher.scan_line(as_bytes(line), out);
  std::vector<Found> found;
  for (std::size_t i = 0; i < count; ++i) found.push_back({out[i].pattern, out[i].end});
  return found;
}

// Scans again behind `covered` until the chunk is through, as a caller does whose server refused.
std::vector<Found> scan_lines_to_the_end(std::string_view chunk, std::size_t room) {
  static Matcher matcher(patterns());
  std::vector<Match> out(room);
  std::vector<Found> found;
  for (std::size_t start = 0; start < chunk.size();) {
    const LinesScan scan = matcher.scan_lines(as_bytes(chunk.substr(start)), out);
    for (std::size_t i = 0; i < scan.matches; ++i) found.push_back({out[i].pattern, start + out[i].end});
    if (scan.covered == 0) {
      ADD_FAILURE() << "no progress at " << start;
      break;
    }
    start += scan.covered;
  }
  return found;
}

// Lines that are nearly commands: right, cut, continued, shifted, in any case, with any line end.
std::string random_line(std::mt19937& random) {
  std::string line(literal_of(static_cast<Pattern>(random() % kPatterns)));
  for (char& c : line)
    if (random() % 2 == 0) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (random() % 6 == 0) line.resize(random() % line.size());
  if (random() % 6 == 0) line.insert(0, 1, " \r\tX\0"[random() % 5]);
  if (random() % 2 == 0) line += " \r\t:X-"[random() % 6];
  for (std::size_t n = random() % 12; n > 0; --n) line += static_cast<char>(random() % 256);
  std::erase(line, '\n');
  static constexpr std::array<const char*, 4> kEnds = {"\r\n", "\n", "\r\r\n", "\r\n\r\n"};
  return line + kEnds[random() % kEnds.size()];
}

TEST(Matcher, NamesTheVerbOfALineAndWhereItEnds) {
  EXPECT_EQ(scan_line("EHLO client.example\r\n"), (std::vector<Found>{{Pattern::kEhlo, 4}}));
  EXPECT_EQ(scan_line("rcpt TO:<a@b>\r\n"), (std::vector<Found>{{Pattern::kRcpt, 4}}));
  EXPECT_EQ(scan_line("QUIT"), (std::vector<Found>{{Pattern::kQuit, 4}}));
  EXPECT_EQ(scan_line("X-AnonymousTLS\r\n"), (std::vector<Found>{{Pattern::kXAnonymoustls, 14}}));
}

TEST(Matcher, NamesTheMechanismBehindAuth) {
  EXPECT_EQ(scan_line("AUTH login\r\n"),
            (std::vector<Found>{{Pattern::kAuth, 4}, {Pattern::kAuthLogin, 10}}));
  EXPECT_EQ(scan_line("AUTH SCRAM-SHA-256 biwsbj0=\r\n"),
            (std::vector<Found>{{Pattern::kAuth, 4}, {Pattern::kAuthScram, 11}}));
  EXPECT_EQ(scan_line("AUTH PLAINER\r\n"), (std::vector<Found>{{Pattern::kAuth, 4}}));
}

TEST(Matcher, DoesNotTakeALongerWordForAVerb) {
  EXPECT_TRUE(scan_line("MAILER x\r\n").empty());
  EXPECT_TRUE(scan_line("DATABASE\r\n").empty());
  EXPECT_TRUE(scan_line(" EHLO x\r\n").empty());
  EXPECT_TRUE(scan_line("").empty());
}

TEST(Matcher, SeesEveryRecipientOfAPipelinedChunk) {
  const std::string chunk = "MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nDATA\r\n";
  EXPECT_EQ(scan_lines_to_the_end(chunk, 64), naive_lines(chunk));
  EXPECT_EQ(naive_lines(chunk).size(), 4U);
}

TEST(Matcher, StopsBehindALineAfterWhichOtherThingsThanCommandsCome) {
  Matcher matcher(patterns());
  for (const std::string_view stop :
       {"BDAT 12\r\n", "AUTH PLAIN\r\n", "DATA\r\n", "STARTTLS\r\n", "X-ANONYMOUSTLS\r\n"}) {
    const std::string chunk = "NOOP\r\n" + std::string(stop) + "QUIT\r\nRSET\r\n";
    std::array<Match, 16> out;
    const LinesScan scan = matcher.scan_lines(as_bytes(chunk), out);
    EXPECT_EQ(scan.covered, 6 + stop.size()) << stop;
    EXPECT_EQ(scan.matches, stop.substr(0, 4) == "AUTH" ? 3U : 2U) << stop;
  }
}

TEST(Matcher, AgreesWithTheNaiveModelOnRandomLines) {
  std::mt19937 random(7);
  for (int i = 0; i < 20000; ++i) {
    const std::string line = random_line(random);
    const std::string_view first = std::string_view(line).substr(0, line.find('\n') + 1);
    ASSERT_EQ(scan_line(first), naive_line(first)) << "round " << i;
  }
}

TEST(Matcher, AgreesWithTheNaiveModelOnRandomChunksAndAnyRoomForMatches) {
  std::mt19937 random(11);
  for (int i = 0; i < 3000; ++i) {
    std::string chunk;
    for (std::size_t n = random() % 12; n > 0; --n) chunk += random_line(random);
    const std::size_t room = kMatchesALineMax + random() % 12;
    ASSERT_EQ(scan_lines_to_the_end(chunk, room), naive_lines(chunk)) << "round " << i;
  }
}

TEST(Pattern, HasALiteralAndANameForEachEnumerator) {
  for (std::size_t i = 0; i < kPatterns; ++i) EXPECT_FALSE(literal_of(static_cast<Pattern>(i)).empty()) << i;
  EXPECT_EQ(name_of(Pattern::kAuthCramMd5), "CRAM-MD5");
  EXPECT_EQ(name_of(Pattern::kXforward), "XFORWARD");
  EXPECT_EQ(literal_of(Pattern::kAuthAnonymous), "AUTH ANONYMOUS");
}

}  // namespace
}  // namespace mailtap
