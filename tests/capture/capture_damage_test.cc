// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

End run_to_end(const std::vector<std::string>& paths, std::size_t burst = 8) {
  auto source = open_captures(paths);
  EXPECT_TRUE(source.ok()) << source.reason();
  End end;
  std::vector<Frame> frames(burst);
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
    const End end = run_to_end({path});
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
  const End end = run_to_end({path});
  EXPECT_EQ(end.frames, 1U);
  EXPECT_EQ(end.state, SourceState::kFailed);
  EXPECT_EQ(end.failure, path + ": offset 45: record length 262145 exceeds 262144");
}

// Two whole frames, a third that is damaged, in every file; and one whole file.
TEST_F(CaptureDamage, OfOneFileLeavesTheOthers) {
  PcapBytes whole, cut, absurd;
  whole.header().record(9, 0, "whole");
  cut.header().record(1, 0, "first").record(2, 0, "second").record(3, 0, "third").content.pop_back();
  absurd.header().record(4, 0, "first").record(5, 0, "second");
  for (const std::uint32_t word : {6U, 0U, 300000U, 300000U}) absurd.u32(word);
  const std::string a = write("a", cut.content), b = write("b", absurd.content),
                    c = write("c", whole.content);
  const std::string none = folder_ + "/none";
  for (const std::size_t burst : {1U, 2U, 3U, 64U}) {
    const End end = run_to_end({none, a, b, folder_, c}, burst);
    EXPECT_EQ(end.frames, 5U);
    EXPECT_EQ(end.state, SourceState::kFailed);
    EXPECT_EQ(end.failure, none + ": No such file or directory; " + a +
                               ": offset 67: record of 5 bytes runs beyond the end of the file; " + b +
                               ": offset 67: record length 300000 exceeds 262144; " + folder_ +
                               ": is a directory");
    EXPECT_EQ(run_to_end({c, a}, burst).frames, 3U);
  }
}

TEST_F(CaptureDamage, OfAllFilesIsToldByEachOfThem) {
  const auto source = open_captures({folder_ + "/x", write("y", "")});
  ASSERT_FALSE(source.ok());
  EXPECT_EQ(source.reason(),
            folder_ + "/x: No such file or directory; " + folder_ + "/y: offset 0: empty file");
}

std::string reason(const std::string& path) {
  const auto source = open_capture(path);
  return source.ok() ? "opened" : source.reason();
}

TEST_F(CaptureDamage, OfTheStartIsToldInOneLine) {
  PcapBytes cut;
  EXPECT_EQ(reason(folder_ + "/none"), folder_ + "/none: No such file or directory");
  EXPECT_EQ(reason(folder_), folder_ + ": is a directory");
  EXPECT_EQ(reason(write("a", "")), folder_ + "/a: offset 0: empty file");
  EXPECT_EQ(reason(write("a", "ab")), folder_ + "/a: offset 0: not a capture file (too short)");
  EXPECT_EQ(reason(write("a", "GET / HTTP/1.0")), folder_ + "/a: offset 0: not a capture file (wrong magic)");
  EXPECT_EQ(reason(write("a", cut.header().content.substr(0, 23))),
            folder_ + "/a: offset 23: the file header is cut by the end of the file");
}

}  // namespace
}  // namespace mailtap
