// SPDX-License-Identifier: Apache-2.0
// The folder that --out names: made when it is missing, ours alone while the object lives (flock on
// FOLDER/.mailtap.lock, which the kernel lifts however the process ends). Main thread.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace mailtap {

// Can a file or folder by that name be made, or one in it if it is a folder? Tried in the nearest folder that
// exists, which the reason names; nothing stays behind.
Status check_can_be_made(const std::string& path);

class OutFolder {
 public:
  // The reason is "FOLDER: why".
  static Result<OutFolder> open(const std::string& path);
  // What open() would say; nothing stays behind.
  static Status check(const std::string& path);
  OutFolder(OutFolder&& other) noexcept
      : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}
  OutFolder& operator=(OutFolder&&) = delete;
  ~OutFolder();

  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  OutFolder(std::string path, int lock) : path_(std::move(path)), lock_(lock) {}

  std::string path_;
  int lock_;
};

}  // namespace mailtap
