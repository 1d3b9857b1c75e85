// SPDX-License-Identifier: Apache-2.0
#include "match/trusted_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace mailtap {
namespace {

const char* fault_of(const struct stat& status, bool right_kind, const char* kind) {
  if (!right_kind) return kind;
  if (status.st_uid != ::geteuid()) return "belongs to another user";
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) return "can be written by others than its owner";
  return nullptr;
}

std::string system_error() { return std::strerror(errno); }

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Result<FileDescriptor> open_trusted_folder(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode))
    return Failure{path + " is a symbolic link"};
  FileDescriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!folder.open()) return Failure{path + ": " + system_error()};
  if (::fstat(folder.get(), &status) != 0) return Failure{path + ": " + system_error()};
  if (const char* fault = fault_of(status, S_ISDIR(status.st_mode), "is no folder"))
    return Failure{path + " " + fault};
  return folder;
}

Result<FileDescriptor> open_trusted_file(const FileDescriptor& folder, const std::string& name) {
  FileDescriptor file(::openat(folder.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat status {};
  if (!file.open() || ::fstat(file.get(), &status) != 0) return Failure{name + ": " + system_error()};
  if (const char* fault = fault_of(status, S_ISREG(status.st_mode), "is no plain file"))
    return Failure{name + " " + fault};
  return file;
}

}  // namespace mailtap
