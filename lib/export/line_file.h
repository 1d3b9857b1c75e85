// SPDX-License-Identifier: Apache-2.0
// A file of whole lines, in use by one process at a time (flock). Whatever happens to the disk, the file ends
// after a whole line: a write that fails or comes up short is cut back to the last one. Control core only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace mailtap {

class LineFile {
 public:
  // kReplace empties the file (once it is ours); kAppend cuts a half line that an earlier crash left behind.
  enum class Mode : std::uint8_t { kReplace, kAppend };

  // A symbolic link, a pipe or a folder by that name is refused. The reason is "PATH: why".
  static Result<std::unique_ptr<LineFile>> open(const std::string& path, Mode mode);
  // What open() would say, without a change to anything; ok where there is no such file yet.
  static Status check(const std::string& path);
  ~LineFile();
  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  // `lines` ends with a line end. False: some of them are not in the file; they are counted. In kReplace mode
  // nothing is written after a failure, so that the file is the beginning of the truth; in kAppend mode (a
  // live sensor) the next call tries again.
  bool write(std::string_view lines);

  // The first failure since open(), one line; ok when there was none.
  const Status& status() const { return status_; }
  std::uint64_t lines_unwritten() const { return lines_unwritten_; }
  std::uint64_t bytes_written() const { return size_; }

 private:
  LineFile(int descriptor, std::string path, Mode mode)
      : descriptor_(descriptor), path_(std::move(path)), mode_(mode) {}

  std::size_t write_some(std::string_view lines, int& error);
  void fail(int error);

  int descriptor_;
  std::string path_;
  Mode mode_;
  std::uint64_t size_ = 0;  // of the whole lines in the file
  std::uint64_t lines_unwritten_ = 0;
  Status status_;
};

}  // namespace mailtap
