// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <string>

#include "capture/capture_source.h"
#include "pcap_bytes.h"

namespace mailtap {
namespace {

using CaptureDamage = CaptureFolder;

struct End {
  std::size_t frames = 0;
  SourceState state = SourceState::kMore;
  std::string failure;
};

End run_to_end(const std::string& path) {
  auto source = open_capture(path);
  EXPECT_TRUE(source.ok()) << source.reason();
  End end;
  std::array<Frame, 8> frames;
  while (end.state == SourceState::kMore) {
    const Receipt receipt = source.value()->receive(frames);
    end.frames += receipt.count;
    end.state = receipt.state;
    source.value()->release({frames.data(), receipt.count});
  }
  end.failure = source.value()->failure();
  return end;
}

TEST_F(CaptureDamage, IsToldWithFileAndOffsetAfterEverythingBeforeIt) {
  PcapBytes file;
  file.header().record(1, 0, "first").record(2, 0, "second");
  const std::size_t whole_first = 24 + 16 + 5;
  for (std::size_t size = whole_first + 1; size < file.content.size(); ++size) {
    const std::string path = write("cut.pcap", file.content.substr(0, size));
    const End end = run_to_end(path);
    EXPECT_EQ(end.frames, 1U);
    ASSERT_EQ(end.state, SourceState::kFailed);
    const std::string why = size < whole_first + 16 ? "record header is cut by the end of the file"
                                                    : "record of 6 bytes runs beyond the end of the file";
    ASSERT_EQ(end.failure, path + ": offset 45: " + why);
  }
}

TEST_F(CaptureDamage, IsARecordLengthNoFrameHas) {
  PcapBytes file;
  file.header().record(1, 0, "first");
  file.u32(2);
  file.u32(0);
  file.u32(262145);
  file.u32(262145);
  file.content += std::string(1000, 'x');
  const std::string path = write("long.pcap", file.content);
  const End end = run_to_end(path);
  EXPECT_EQ(end.frames, 1U);
  EXPECT_EQ(end.state, SourceState::kFailed);
  EXPECT_EQ(end.failure, path + ": offset 45: record length 262145 exceeds 262144");
}

std::string reason(const std::string& path) {
  const auto source = open_capture(path);
  return source.ok() ? "opened" : source.reason();
}

TEST_F(CaptureDamage, OfTheStartIsToldInOneLine) {
  PcapBytes cut;
  EXPECT_EQ(reason(folder_ + "/none"), folder_ + "/none: No such file or directory");
  EXPECT_EQ(reason(folder_), folder_ + ": is a directory");
  EXPECT_EQ(reason(write("a", "")), folder_ + "/a: empty file");
  EXPECT_EQ(reason(write("a", "ab")), folder_ + "/a: not a capture file (too short)");
  EXPECT_EQ(reason(write("a", "GET / HTTP/1.0")), folder_ + "/a: not a capture file (wrong magic)");
  EXPECT_EQ(reason(write("a", cut.header().content.substr(0, 23))), folder_ + "/a: file header is cut");
}

}  // namespace
}  // namespace mailtap
