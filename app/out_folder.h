// SPDX-License-Identifier: Apache-2.0
// The folder that --out names: made when it is missing, ours alone while the object lives (flock on
// FOLDER/.mailtap.lock, which the kernel lifts however the process ends). Main thread.
#pragma once

#include <string>
#include <utility>

#include "base/result.h"

namespace mailtap {

class OutFolder {
 public:
  // The reason is "FOLDER: why".
  static Result<OutFolder> open(const std::string& path);
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
