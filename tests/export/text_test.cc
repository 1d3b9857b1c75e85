// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "export/address_text.h"
#include "export/text_table.h"
#include "export/time_text.h"
#include "export/utf8.h"
#include "sample_events.h"

namespace mailtap {
namespace {

std::string valid(std::string_view text) {
  std::string made;
  append_valid_utf8(made, text);
  return made;
}

std::string printable(std::string_view text) {
  std::string made;
  append_printable(made, text);
  return made;
}

TEST(Utf8, ReplacesWhatIsNotUtf8AndKeepsWhatIs) {
  EXPECT_EQ(valid("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa7"), "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x93\xa7");
  EXPECT_EQ(valid("\x80x"), "\xef\xbf\xbdx");
  EXPECT_EQ(valid("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd") << "overlong";
  EXPECT_EQ(valid("\xed\xa0\x80"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd") << "surrogate";
  EXPECT_EQ(valid("\xf4\x90\x80\x80").size(), 12u) << "above U+10FFFF";
  EXPECT_EQ(valid("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd") << "cut";
}

TEST(Utf8, LetsNothingThroughThatATerminalObeys) {
  EXPECT_EQ(printable("\x1b[31mred\r\n"), "\\x1b[31mred\\x0d\\x0a");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\u{009b}31m")
      << "the eight-bit CSI";
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\u{202e}b")
      << "right-to-left override";
  EXPECT_EQ(printable("\xff\\"), "\\xff\\\\");
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
}

TEST(TimeText, WritesMicrosecondsAndBorrowsBefore1970) {
  TimeText clock;
  EXPECT_EQ(clock.text(kSampleTime), "2025-11-25T12:00:00.123456+0000");
  EXPECT_EQ(clock.text(kSampleTime + kMicrosecondNs), "2025-11-25T12:00:00.123457+0000");
  EXPECT_EQ(clock.text(0), "1970-01-01T00:00:00.000000+0000");
  EXPECT_EQ(clock.text(-1), "1969-12-31T23:59:59.999999+0000");
}

TEST(AddressText, WritesBothFamilies) {
  EXPECT_EQ(AddressText(sample_v4(7)).text(), "192.0.2.7");
  EXPECT_EQ(AddressText(sample_v6(7)).text(), "2001:db8::7");
  EXPECT_EQ(AddressText(sample_v4(7), 6).text(), "::ffff:192.0.2.7");
}

TEST(TextTable, UsesHumanUnits) {
  EXPECT_EQ(count_text(0), "0");
  EXPECT_EQ(count_text(1234567), "1,234,567");
  EXPECT_EQ(bytes_text(999), "999 B");
  EXPECT_EQ(bytes_text(999'999), "1.0 MB");
  EXPECT_EQ(bytes_text(1'250'000'000), "1.2 GB");
  EXPECT_EQ(percent_text(1, 3), "33.3 %");
  EXPECT_EQ(percent_text(0, 0), "-");
  EXPECT_EQ(duration_text(3'500 * kMillisecondNs), "3.5 s");
  EXPECT_EQ(duration_text(3720 * kSecondNs), "1 h 02 min");
}

TEST(TextTable, LeavesOutWhatIsOptionalBeforeItCutsACell) {
  TextTable table({{"name"}, {"seen", TextTable::Align::kLeft, true}});
  table.add_row({"a-long-account-name", "yesterday"});
  EXPECT_EQ(table.render(100), "  name                 seen\n  a-long-account-name  yesterday\n");
  EXPECT_EQ(table.render(24), "  name\n  a-long-account-name\n");
}

TEST(TextTable, GivesWayInItsWidestColumn) {
  TextTable table({{"name"}, {"n", TextTable::Align::kRight}});
  table.add_row({"short", "1"});
  table.add_row({"a-rather-long-name-that-does-not-fit", "1,000"});
  EXPECT_EQ(table.render(100),
            "  name                                      n\n"
            "  short                                     1\n"
            "  a-rather-long-name-that-does-not-fit  1,000\n");
  EXPECT_EQ(table.render(24),
            "  name                 n\n"
            "  short                1\n"
            "  a-rather-long-~  1,000\n");
}

}  // namespace
}  // namespace mailtap
