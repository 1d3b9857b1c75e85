// SPDX-License-Identifier: Apache-2.0
// A folder that nobody but the effective user can write: a real folder, no symbolic link, owned by that user,
// without write permission for group and others. Held open, and files are opened relative to it, so that it
// cannot be swapped after it was checked. Set-up only.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace mailtap {

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();

  int get() const { return fd_; }
  bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

// The reason names the folder and what is wrong with it.
Result<FileDescriptor> open_trusted_folder(const std::string& path);

// A plain file in it, for reading, under the same conditions on owner and mode.
Result<FileDescriptor> open_trusted_file(const FileDescriptor& folder, const std::string& name);

}  // namespace mailtap
