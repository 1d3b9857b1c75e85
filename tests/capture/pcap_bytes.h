// SPDX-License-Identifier: Apache-2.0
// Capture files for the tests of this room, written without its code, in either byte order and unit.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace mailtap {

struct PcapBytes {
  bool big = false;
  bool nano = false;
  std::string content = {};
  bool kuznetzov = false;  // his variant: eight bytes more before a frame's

  void u16(unsigned value) {
    const char low = static_cast<char>(value), high = static_cast<char>(value >> 8);
    content += big ? std::string{high, low} : std::string{low, high};
  }
  void u32(std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) content += static_cast<char>(value >> (big ? 24 - 8 * i : 8 * i));
  }
  PcapBytes& header(std::uint32_t link = 1, unsigned major = 2) {
    u32(nano ? 0xa1b23c4d : kuznetzov ? 0xa1b2cd34 : 0xa1b2c3d4);
    u16(major);
    u16(4);
    u32(0);
    u32(0);
    u32(65535);
    u32(link);
    return *this;
  }
  PcapBytes& record(std::uint32_t seconds, std::uint32_t fraction, const std::string& bytes,
                    std::int64_t on_wire = -1) {
    u32(seconds);
    u32(fraction);
    u32(static_cast<std::uint32_t>(bytes.size()));
    u32(on_wire < 0 ? static_cast<std::uint32_t>(bytes.size()) : static_cast<std::uint32_t>(on_wire));
    if (kuznetzov) {
      u32(7);       // interface
      u16(0x0800);  // protocol
      u16(0);       // packet type, filler
    }
    content += bytes;
    return *this;
  }
};

class CaptureFolder : public testing::Test {
 protected:
  CaptureFolder() {
    std::string name = testing::TempDir() + "captureXXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~CaptureFolder() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& content) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  std::string folder_;
};

}  // namespace mailtap
