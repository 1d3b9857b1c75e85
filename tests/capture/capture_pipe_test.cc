// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>
#include <thread>

#include "capture/interrupt.h"
#include "gzip_bytes.h"
#include "pcap_bytes.h"
#include "pcapng_bytes.h"
#include "seen_frames.h"

namespace mailtap {
namespace {

class CapturePipe : public CaptureFolder {
 protected:
  CapturePipe() : path_(folder_ + "/pipe") {
    EXPECT_EQ(::mkfifo(path_.c_str(), 0600), 0);
    // Reading too, so that it opens and the reader sees no end before close_pipe().
    pipe_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~CapturePipe() override { close_pipe(); }

  void say(const std::string& bytes) const {
    EXPECT_EQ(::write(pipe_, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  void close_pipe() {
    if (pipe_ >= 0) ::close(pipe_);
    pipe_ = -1;
  }

  std::string path_;
  int pipe_ = -1;
};

// What is said on a pipe is handed out before anything more is waited for.
void expect_frames(PacketSource& source, std::size_t count) {
  std::array<Frame, 8> frames;
  std::size_t seen = 0;
  while (seen < count) {
    const Receipt receipt = source.receive(frames);
    seen += receipt.count;
    source.release({frames.data(), receipt.count});
  }
  EXPECT_EQ(seen, count);
}

TEST_F(CapturePipe, HandsFramesOnAsTheyCome) {
  PcapBytes file;
  say(file.header().content);
  const auto source = opened({path_});
  for (std::uint32_t i = 0; i < 20; ++i) {
    PcapBytes record;
    say(record.record(i, 0, "one").content);
    expect_frames(*source, 1);
  }
  EXPECT_EQ(source->counters().bytes_total, 0U);
}

TEST_F(CapturePipe, HandsBlocksOfPcapngOnAsTheyCome) {
  say(PcapngBytes{}.section().interface().content);
  const auto source = opened({path_});
  for (std::uint64_t i = 0; i < 20; ++i) {
    say(PcapngBytes{}.packet(i, "one").content);
    expect_frames(*source, 1);
  }
}

TEST_F(CapturePipe, UnpacksWhatIsThere) {
  say(gzip(PcapBytes{}.header().record(1, 0, "one").content));
  const auto source = opened({path_});
  expect_frames(*source, 1);
  say(gzip(PcapBytes{}.record(2, 0, "two").content));
  expect_frames(*source, 1);
}

TEST_F(CapturePipe, ThatStopsInMidRecordIsDamaged) {
  const std::string content = PcapBytes{}.header().record(1, 0, "first").record(2, 0, "second").content;
  say(content.substr(0, content.size() - 1));
  const auto source = opened({path_});
  close_pipe();
  EXPECT_EQ(drain(*source).size(), 1U);
  EXPECT_EQ(source->failure(), path_ + ": offset 45: record of 6 bytes runs beyond the end of the file");
}

TEST_F(CapturePipe, IsMergedWithFilesByTime) {
  say(PcapBytes{}.header().record(2, 0, "b").record(4, 0, "d").content);
  const std::string file = write("file", PcapBytes{}.header().record(1, 0, "a").record(3, 0, "c").content);
  const auto source = opened({path_, file});
  close_pipe();
  std::string all;
  for (const Seen& frame : drain(*source)) all += frame.bytes;
  EXPECT_EQ(all, "abcd");
}

TEST_F(CapturePipe, ThatSaysNothingIsLeftWhenInterrupted) {
  say(PcapBytes{}.header().record(1, 0, "first").content);
  const Interrupt interrupt;
  auto source = CaptureSource::open({path_}, {}, &interrupt);
  ASSERT_TRUE(source.ok()) << source.reason();
  expect_frames(*source.value(), 1);
  std::thread signal([&interrupt] { interrupt.raise(); });
  std::array<Frame, 8> frames;
  const Receipt receipt = source.value()->receive(frames);
  signal.join();
  EXPECT_EQ(receipt.count, 0U);
  EXPECT_EQ(receipt.state, SourceState::kMore);
  say(PcapBytes{}.record(2, 0, "second").content);
  expect_frames(*source.value(), 1);  // what is there comes before the interrupt
}

TEST_F(CapturePipe, WithoutAHeaderIsLeftWhenInterrupted) {
  const Interrupt interrupt;
  interrupt.raise();
  for (const std::string& start : {std::string(), PcapBytes{}.header().content.substr(0, 9)}) {
    say(start);
    const auto source = CaptureSource::open({path_}, {}, &interrupt);
    ASSERT_FALSE(source.ok());
    EXPECT_EQ(source.reason(), path_ + ": stopped before its header came");
  }
}

TEST_F(CapturePipe, NeedsAPlaceAmongTheOpenFiles) {
  const auto source = open_captures({path_, path_}, {4096, 2, 1});
  EXPECT_EQ(source.reason(), "2 pipes at once exceed capture.open_files_max");
  EXPECT_EQ(open_captures({"-", path_, "-"}).reason(), "standard input is named twice");
}

}  // namespace
}  // namespace mailtap
