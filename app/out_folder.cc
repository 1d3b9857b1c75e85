// SPDX-License-Identifier: Apache-2.0
#include "app/out_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace mailtap {

namespace {

constexpr int kLockFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;

std::string lock_file(const std::string& path) { return path + "/.mailtap.lock"; }

Failure fault_of_open(const std::string& path, int error) {
  if (error == ELOOP) return Failure{lock_file(path) + ": is a symbolic link"};
  return Failure{path + ": cannot be written: " + std::strerror(error)};
}

Status lock(int descriptor, const std::string& path) {
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno == EWOULDBLOCK) return Failure{path + ": is in use by another mailtap"};
  return Failure{path + ": cannot be locked: " + std::strerror(errno)};
}

}  // namespace

// Rights do not say it all (a file system that is read only, or none for files): a folder is made and
// removed.
Status check_can_be_made(const std::string& path) {
  std::error_code error;
  std::filesystem::path above = std::filesystem::absolute(path, error).lexically_normal();
  while (above.has_parent_path() && above.parent_path() != above && !std::filesystem::exists(above, error))
    above = above.parent_path();
  if (!std::filesystem::is_directory(above, error)) return Failure{above.string() + ": is no folder"};
  std::string trial = (above / ".mailtap-XXXXXX").string();
  if (::mkdtemp(trial.data()) == nullptr)
    return Failure{above.string() + ": cannot be written: " + std::strerror(errno)};
  ::rmdir(trial.c_str());
  return {};
}

Result<OutFolder> OutFolder::open(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Failure{path + ": cannot be made: " + error.message()};
  const int descriptor = ::open(lock_file(path).c_str(), kLockFlags | O_CREAT, 0600);
  if (descriptor < 0) return fault_of_open(path, errno);
  OutFolder folder(path, descriptor);
  if (const Status locked = lock(descriptor, path); !locked) return locked.failure();
  return folder;
}

Status OutFolder::check(const std::string& path) {
  if (const Status possible = check_can_be_made(path); !possible) return possible;
  const int descriptor = ::open(lock_file(path).c_str(), kLockFlags);
  if (descriptor < 0) return errno == ENOENT ? Status() : fault_of_open(path, errno);
  const Status locked = lock(descriptor, path);
  ::close(descriptor);
  return locked;
}

OutFolder::~OutFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace mailtap
