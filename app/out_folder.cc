// SPDX-License-Identifier: Apache-2.0
#include "app/out_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace mailtap {

Result<OutFolder> OutFolder::open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Failure{path + ": cannot be made: " + error.message()};
  const int lock = ::open((path + "/.mailtap.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (lock < 0) return Failure{path + ": cannot be written: " + std::strerror(errno)};
  OutFolder folder(path, lock);
  if (::flock(lock, LOCK_EX | LOCK_NB) == 0) return folder;
  if (errno == EWOULDBLOCK) return Failure{path + ": is in use by another mailtap"};
  return Failure{path + ": cannot be locked: " + std::strerror(errno)};
}

OutFolder::~OutFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace mailtap
