// SPDX-License-Identifier: Apache-2.0
// A path in a folder of its own, gone with the test.
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

namespace mailtap {

class TemporaryFile {
 public:
  TemporaryFile() {
    std::string folder = "/tmp/mailtap-export-XXXXXX";
    folder_ = mkdtemp(folder.data());
  }
  ~TemporaryFile() {
    unlink(path().c_str());
    rmdir(folder_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  std::string path() const { return folder_ + "/eve.json"; }
  std::string content() const {
    std::ifstream file(path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void put(const std::string& text) const { std::ofstream(path(), std::ios::binary) << text; }

 private:
  std::string folder_;
};

}  // namespace mailtap
