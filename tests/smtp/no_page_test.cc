// SPDX-License-Identifier: Apache-2.0
// What a session does when the pool of text pages runs out: text is left out and counted, and nothing is told
// that was not said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

using ::testing::HasSubstr;

std::string repeated(std::string_view text, std::size_t n) {
  std::string all;
  while (n-- > 0) all += text;
  return all;
}

struct Outcome {
  std::vector<std::string> told;
  std::uint64_t lost = 0;
  std::size_t pages_kept = 0;
};

// A client that runs ahead of a refused STARTTLS: what it sends is held, then read again out of one buffer,
// and behind DATA held once more, while the queue of commands has taken the pages.
Outcome run_ahead(std::size_t pages, std::size_t noops, std::size_t body) {
  Bench bench({}, pages);
  bench.server("220 mx\r\n");
  bench.client("MAIL FROM:<a@b>\r\n");
  bench.server("250 ok\r\n");
  bench.client("RCPT TO:<c@d>\r\n");
  bench.server("250 ok\r\n");
  bench.client("STARTTLS\r\n");
  bench.client(repeated("NOOP\r\n", noops) + "DATA\r\n" + repeated("QUIT\r\n", body) + ".\r\nVRFY x\r\n");
  bench.server("454 no\r\n");
  for (std::size_t i = 0; i < noops; ++i) bench.server("250 ok\r\n");
  bench.server("354 go\r\n");
  bench.server("250 queued\r\n");
  bench.server("252 maybe\r\n");
  Outcome outcome;
  outcome.told = bench.end();
  outcome.lost = bench.counters.text_lost.get();
  outcome.pages_kept = bench.pool.used();
  return outcome;
}

std::string commands_of(const Outcome& outcome) {
  const std::string& end = outcome.told.back();
  const std::size_t at = end.find(" commands");
  return end.substr(at, end.find(" caps") - at);
}

TEST(NoPage, ReadsHeldBytesOnceAndWholeWhateverTheNumberOfPages) {
  constexpr std::array<std::array<std::size_t, 2>, 3> kLengths = {{{250, 80}, {250, 250}, {5, 600}}};
  for (const auto& [noops, body] : kLengths) {
    const Outcome plenty = run_ahead(64, noops, body);
    ASSERT_THAT(plenty.told, ::testing::Contains(HasSubstr("delivered from <a@b> to <c@d>=250 size " +
                                                           number(body * 6) + " ")));
    ASSERT_EQ(plenty.lost, 0U);
    for (std::size_t pages = 1; pages < 16; ++pages) {
      const Outcome few = run_ahead(pages, noops, body);
      EXPECT_EQ(commands_of(few), commands_of(plenty)) << pages << " pages";
      EXPECT_EQ(few.pages_kept, 0U) << pages << " pages";
      EXPECT_TRUE(few.told == plenty.told || few.lost > 0) << pages << " pages";
    }
  }
}

// Takes all pages but `left` out of the pool.
std::vector<PageIndex> take_pages(PagePool& pool, std::size_t left) {
  std::vector<PageIndex> taken;
  while (pool.pages() - pool.used() > left) taken.push_back(pool.take());
  return taken;
}

TEST(NoPage, CutsALineWithoutCallingItTooLong) {
  Bench bench({}, 16);
  bench.server("220 mx\r\n");
  const auto taken = take_pages(bench.pool, 0);
  bench.client("NO");
  bench.client("OP\r\n");
  bench.server("25");
  bench.server("0 ok\r\n");
  EXPECT_EQ(bench.counters.text_lost.get(), 3U);  // two lines, and the command that the queue had no room for
  for (const PageIndex page : taken) bench.pool.give_back(page);
  EXPECT_THAT(bench.end(), ::testing::Not(::testing::Contains(HasSubstr("LINE_LEN_EXCEEDED"))));
}

// A head of an entry without its text would shift all that follow.
TEST(NoPage, LeavesARecipientOutAndTellsTheNextOneRight) {
  Bench bench({}, 16);
  bench.server("220 mx\r\n");
  bench.client("MAIL FROM:<a@b>\r\n");
  bench.server("250 ok\r\n");
  const std::string name(880 - 128 - 4 - 5, 'x');  // leaves less than an address of the first page
  bench.client("RCPT TO:<" + name + ">\r\n");
  bench.server("250 ok\r\n");
  bench.client("RCPT TO:<" + std::string(300, 'y') + ">\r\nNOOP\r\n");  // the queue keeps its page
  const auto taken = take_pages(bench.pool, 0);
  bench.server("250 ok\r\n");
  for (const PageIndex page : taken) bench.pool.give_back(page);
  bench.server("250 ok\r\n");
  bench.client("RCPT TO:<z@z>\r\n");
  bench.server("250 ok\r\n");
  EXPECT_EQ(bench.counters.text_lost.get(), 1U);
  EXPECT_THAT(bench.end(), ::testing::Contains(::testing::AllOf(HasSubstr("x>=250 to <z@z>=250 size"),
                                                                HasSubstr("cut of 3"))));
}

TEST(NoPage, KeepsTheNamesOfASessionWhenOneMoreFindsNoPage) {
  Bench bench({}, 16);
  bench.server("220 mx.example\r\n");
  bench.client("EHLO client.example\r\nNOOP\r\n");  // the queue keeps its page
  const auto taken = take_pages(bench.pool, 0);
  bench.server("250 mx.example\r\n");
  for (const PageIndex page : taken) bench.pool.give_back(page);
  EXPECT_THAT(bench.end().back(), HasSubstr("banner mx.example helo client.example"));
  EXPECT_EQ(bench.counters.text_lost.get(), 0U);
}

// More of a verb and of a code than 16 bits count, in one session.
Outcome many_noops(std::size_t n, std::size_t pages_left) {
  Bench bench({}, 16);
  bench.server("220 mx\r\n");
  bench.client("NOOP\r\n");  // one more is always waiting: the queue keeps its page
  const auto taken = take_pages(bench.pool, pages_left);
  for (std::size_t i = 1; i < n; ++i) {
    bench.client("NOOP\r\n");
    bench.server("250 ok\r\n");
  }
  for (const PageIndex page : taken) bench.pool.give_back(page);
  Outcome outcome;
  outcome.told = bench.end();
  outcome.lost = bench.counters.text_lost.get();
  outcome.pages_kept = bench.pool.used();
  return outcome;
}

TEST(SessionCounts, AreRightBeyondSixteenBits) {
  const Outcome told = many_noops(140'000, 8);
  EXPECT_THAT(told.told.back(), HasSubstr("commands NOOP=140000 replies 220=1 250=139999 "));
  EXPECT_EQ(told.lost, 0U);
  EXPECT_EQ(told.pages_kept, 0U);
}

TEST(SessionCounts, StopAtSixteenBitsWithoutAPageAndSaySo) {
  const Outcome told = many_noops(65'601, 0);
  EXPECT_THAT(told.told.back(), HasSubstr("commands NOOP=65535 replies 220=1 250=65535 "));
  EXPECT_GE(told.lost, 65U + 66U);
}

TEST(SessionCounts, OfCodesThatHaveNoPlaceAreCountedTogether) {
  Bench bench;
  bench.server("220 mx\r\n");
  for (int code = 1; code <= 20; ++code) {
    bench.client("NOOP\r\n");
    bench.server(std::to_string(500 + code) + " no\r\n");
  }
  EXPECT_THAT(bench.end().back(), HasSubstr(" 513=1 other=7 caps"));
  EXPECT_EQ(bench.counters.text_lost.get(), 0U);
}

}  // namespace
}  // namespace mailtap::smtp::test
