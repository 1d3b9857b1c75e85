// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "gzip_bytes.h"
#include "pcap_bytes.h"
#include "pcapng_bytes.h"
#include "seen_frames.h"

namespace mailtap {
namespace {

using CaptureMerge = CaptureFolder;

std::string texts(const std::vector<Seen>& frames) {
  std::string all;
  for (const Seen& frame : frames) all += frame.bytes;
  return all;
}

struct Stamped {
  std::uint32_t second;
  std::string bytes;
};

std::string pcap_of(const std::vector<Stamped>& frames) {
  PcapBytes file;
  file.header();
  for (const Stamped& frame : frames) file.record(frame.second, 0, frame.bytes);
  return file.content;
}

TEST_F(CaptureMerge, GoesFrameByFrameAndByThePlaceOfTheFileWhereTimesAreEqual) {
  const std::string a = write("a", pcap_of({{1, "a"}, {3, "b"}, {3, "c"}, {9, "d"}}));
  const std::string b = write("b", pcap_of({{2, "1"}, {3, "2"}, {4, "3"}}));
  for (const std::size_t burst : {1U, 2U, 64U}) {
    const auto source = opened({a, b});
    EXPECT_EQ(texts(drain(*source, burst)), "a1bc23d");
    EXPECT_EQ(source->counters().time_clamped, 0U);
    EXPECT_EQ(source->counters().bytes_read, source->counters().bytes_total);
    EXPECT_EQ(texts(drain(*opened({b, a}), burst)), "a12bc3d");
  }
}

TEST_F(CaptureMerge, OfAFileWithItselfGivesEveryFrameTwice) {
  const std::string a = write("a", pcap_of({{1, "a"}, {2, "b"}, {2, "c"}}));
  EXPECT_EQ(texts(drain(*opened({a, a}))), "aabcbc");
}

TEST_F(CaptureMerge, HoldsTimeThatRunsBackwardsInOneFile) {
  const std::string a = write("a", pcap_of({{5, "a"}, {1, "b"}, {6, "c"}}));
  const std::string b = write("b", pcap_of({{4, "1"}, {5, "2"}, {7, "3"}}));
  const auto source = opened({a, b});
  const std::vector<Seen> all = drain(*source);
  EXPECT_EQ(texts(all), "1ab2c3");
  EXPECT_EQ(all[2].time, 5 * kSecondNs);
  EXPECT_EQ(source->counters().time_clamped, 1U);
}

TEST_F(CaptureMerge, LeavesOutFilesWithoutFramesAndTellsThoseThatAreNone) {
  const std::string a = write("a", pcap_of({{2, "a"}})), b = write("b", pcap_of({{1, "b"}}));
  const std::string none = write("none", "GIF89a, and so on, and so on"), empty = write("empty", pcap_of({}));
  const auto source = opened({none, a, empty, b, folder_});
  EXPECT_EQ(texts(drain(*source)), "ba");
  EXPECT_EQ(std::string(source->failure()),
            none + ": offset 0: not a capture file (wrong magic); " + folder_ + ": is a directory");
  EXPECT_EQ(texts(drain(*opened({empty, empty}))), "");
}

std::size_t open_files() {
  std::size_t n = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++n;
  ::closedir(folder);
  return n;
}

TEST_F(CaptureMerge, OfFilesThatFollowOneAnotherHasTwoOpenAtMost) {
  std::vector<std::string> paths;
  std::string expected;
  for (std::uint32_t i = 0; i < 300; ++i) {
    const std::string bytes(1, static_cast<char>('a' + i % 26));
    expected += bytes + bytes;
    paths.push_back(write(std::to_string(i), pcap_of({{10 * i, bytes}, {10 * i + 9, bytes}})));
  }
  std::shuffle(paths.begin(), paths.end(), std::mt19937(4));
  CaptureSettings settings{4096, 2, 2};
  const std::size_t before = open_files();
  const auto source = opened(paths, settings);
  std::vector<Frame> frames(1);
  std::string all;
  for (;;) {
    const Receipt receipt = source->receive(frames);
    if (receipt.state != SourceState::kMore) break;
    if (receipt.count != 0) all += as_text(frames[0].bytes());
    source->release({frames.data(), receipt.count});
    ASSERT_LE(open_files(), before + 2);
  }
  EXPECT_EQ(all, expected);
  EXPECT_EQ(source->counters().time_clamped, 0U);
  EXPECT_EQ(source->counters().files_waited, 0U);
}

TEST_F(CaptureMerge, BeyondItsLimitOfOpenFilesLosesNoFrameAndCountsTheFilesThatWaited) {
  std::vector<std::string> paths;
  for (std::uint32_t i = 0; i < 5; ++i)
    paths.push_back(write(std::to_string(i), pcap_of({{i, "x"}, {10 + i, "y"}, {20 + i, "z"}})));
  const auto source = opened(paths, {4096, 2, 2});
  const std::vector<Seen> all = drain(*source);
  EXPECT_EQ(all.size(), 15U);
  EXPECT_TRUE(
      std::is_sorted(all.begin(), all.end(), [](const Seen& a, const Seen& b) { return a.time < b.time; }));
  EXPECT_GT(source->counters().time_clamped, 0U);
  EXPECT_EQ(source->counters().files_waited, 3U);
}

TEST_F(CaptureMerge, LendsFramesOfManyFilesAtOnce) {
  std::vector<std::string> paths;
  for (std::uint32_t file = 0; file < 6; ++file) {
    std::vector<Stamped> frames;
    for (std::uint32_t i = 0; i < 400; ++i)
      frames.push_back({i, std::string(100, static_cast<char>('a' + file))});
    paths.push_back(write(std::to_string(file), pcap_of(frames)));
  }
  const auto source = opened(paths, {4096, 2});
  std::vector<Frame> lent, frames(64);
  std::string all;
  const auto give_back = [&] {
    for (const Frame& frame : lent) all += static_cast<char>(frame.data[frame.captured - 1]);
    source->release(lent);
    lent.clear();
  };
  for (Receipt receipt; receipt.state == SourceState::kMore;) {
    receipt = source->receive(frames);
    lent.insert(lent.end(), frames.begin(), frames.begin() + static_cast<std::ptrdiff_t>(receipt.count));
    if (receipt.count == 0) give_back();
  }
  give_back();
  std::string expected;
  for (std::size_t i = 0; i < 400; ++i) expected += "abcdef";
  EXPECT_EQ(all, expected);
}

// One capture in every form; in nanoseconds where the form has them.
struct Form {
  std::string name, content;
};

std::vector<Form> forms_of(const std::vector<Seen>& frames) {
  std::vector<PcapBytes> pcaps = {
      {false, false},           {true, false},          {false, true}, {true, true},
      {false, false, {}, true}, {true, false, {}, true}};
  std::vector<PcapngBytes> ngs = {{false}, {true}};
  for (PcapBytes& pcap : pcaps) pcap.header();
  for (PcapngBytes& ng : ngs) ng.section().resolution(6).resolution(9);
  for (const Seen& frame : frames) {
    const auto second = static_cast<std::uint32_t>(frame.time / kSecondNs);
    const auto rest = static_cast<std::uint32_t>(frame.time % kSecondNs);
    for (PcapBytes& pcap : pcaps)
      pcap.record(second, pcap.nano ? rest : rest / 1000, frame.bytes, frame.on_wire);
    for (PcapngBytes& ng : ngs) {
      const auto time = static_cast<std::uint64_t>(frame.time);
      const unsigned interface = second % 2;
      ng.packet(interface == 0 ? time / 1000 : time, frame.bytes, interface, frame.on_wire);
    }
  }
  std::vector<Form> forms;
  forms.reserve(2 * (pcaps.size() + ngs.size()));
  for (const PcapBytes& pcap : pcaps) forms.push_back({"pcap" + std::to_string(forms.size()), pcap.content});
  for (const PcapngBytes& ng : ngs) forms.push_back({"ng" + std::to_string(forms.size()), ng.content});
  for (std::size_t i = 0, n = forms.size(); i < n; ++i)
    forms.push_back({forms[i].name + "z", gzip(forms[i].content)});
  return forms;
}

// Whole microseconds, some of them equal.
std::vector<Seen> random_frames(unsigned seed, std::size_t n) {
  std::mt19937 random(seed);
  std::vector<Seen> frames;
  TimeNs time = 1'700'000'000 * kSecondNs;
  for (std::size_t i = 0; i < n; ++i) {
    std::string bytes(random() % 900, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const auto size = static_cast<std::uint32_t>(bytes.size() + i % 3);
    frames.push_back({bytes, time, size});
    time += random() % 4 * 300 * kMillisecondNs;
  }
  return frames;
}

TEST_F(CaptureMerge, GivesTheSameFramesInEveryFormOfTheFile) {
  const std::vector<Seen> frames = random_frames(1, 500);
  for (const Form& form : forms_of(frames)) {
    const std::string path = write(form.name, form.content);
    for (const std::uint32_t block : {4096U, 262144U})
      for (const std::size_t burst : {1U, 64U})
        ASSERT_EQ(drain(*opened({path}, {block, 2}), burst), frames) << form.name << " " << block;
  }
}

// Every frame in one of five files, each in another form; shuffled where their times differ.
TEST_F(CaptureMerge, GivesTheSameFramesSplitIntoManyFilesOfManyForms) {
  for (unsigned seed = 1; seed <= 8; ++seed) {
    std::mt19937 random(seed);
    const std::vector<Seen> frames = random_frames(seed + 100, 400);
    std::vector<std::vector<Seen>> parts(5);
    // In cuts, as files rotate, or frame by frame; frames of one time stay in the order of the files.
    std::size_t part = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
      const bool same_time = i > 0 && frames[i].time == frames[i - 1].time;
      if (seed % 2 == 0)
        part = i * parts.size() / frames.size();
      else
        part = same_time ? std::max<std::size_t>(part, random() % parts.size()) : random() % parts.size();
      parts[part].push_back(frames[i]);
    }
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const std::vector<Form> forms = forms_of(parts[i]);
      paths.push_back(write("part" + std::to_string(i), forms[random() % forms.size()].content));
    }
    const auto source = opened(paths, {4096, 2});
    ASSERT_EQ(drain(*source, 1 + random() % 64), frames) << seed;
    EXPECT_EQ(source->counters().time_clamped, 0U);
  }
}

}  // namespace
}  // namespace mailtap
