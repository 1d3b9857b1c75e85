// SPDX-License-Identifier: Apache-2.0
#include "pcap_writer.h"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace mailtap::traffic {
namespace {

std::string write_one(bool big_endian, bool nanoseconds, std::uint32_t snaplen) {
  PcapOptions options;
  options.path = testing::TempDir() + "/one.pcap";
  options.big_endian = big_endian;
  options.nanoseconds = nanoseconds;
  options.snaplen = snaplen;
  PcapWriter writer(options);
  const std::array<std::uint8_t, 5> bytes = {'h', 'e', 'l', 'l', 'o'};
  Frame frame;
  frame.time_ns = 3000004005;  // 3 s, 4 us, 5 ns
  frame.data = bytes.data();
  frame.size = bytes.size();
  writer.put(frame);
  EXPECT_EQ(writer.close(), 0);
  std::ifstream file(options.path, std::ios::binary);
  const std::string content{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(content.size(), writer.file_bytes());
  std::filesystem::remove(options.path);
  return content;
}

std::string bytes_of(std::initializer_list<int> bytes) {
  std::string text;
  for (const int byte : bytes) text += static_cast<char>(byte);
  return text;
}

TEST(PcapWriter, WritesTheHeaderInLittleEndianOrder) {
  EXPECT_EQ(
      write_one(false, false, 65535).substr(0, 24),
      bytes_of({0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 1, 0, 0, 0}));
}

TEST(PcapWriter, WritesTheHeaderInBigEndianOrderWithNanoseconds) {
  EXPECT_EQ(
      write_one(true, true, 65535).substr(0, 24),
      bytes_of({0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 1}));
}

TEST(PcapWriter, CutsAFrameAtTheSnaplenAndKeepsItsLength) {
  EXPECT_EQ(write_one(false, false, 2).substr(24),
            bytes_of({3, 0, 0, 0, 4, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0}) + "he");
}

TEST(PcapWriter, WritesNanosecondsWhereAsked) {
  EXPECT_EQ(write_one(false, true, 65535).substr(28, 4), bytes_of({0xa5, 0x0f, 0, 0}));  // 4005
}

TEST(PcapWriter, TellsWhyTheFileCannotBeWritten) {
  PcapOptions options;
  options.path = testing::TempDir() + "/no/such/folder/x.pcap";
  PcapWriter writer(options);
  EXPECT_EQ(writer.close(), ENOENT);
}

}  // namespace
}  // namespace mailtap::traffic
