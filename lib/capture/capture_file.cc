// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mailtap {

Result<CaptureFile> CaptureFile::open(const std::string& path) {
  CaptureFile file(path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd_ < 0) return Failure{path + ": " + std::strerror(errno)};
  if (const Status status = file.start(); !status) return Failure{path + ": " + status.reason()};
  return file;
}

CaptureFile::CaptureFile(CaptureFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      size_(other.size_),
      format_(other.format_) {}

CaptureFile& CaptureFile::operator=(CaptureFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(fd_, other.fd_);
  std::swap(size_, other.size_);
  std::swap(format_, other.format_);
  return *this;
}

CaptureFile::~CaptureFile() {
  if (fd_ >= 0) ::close(fd_);
}

Status CaptureFile::start() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return Failure{std::strerror(errno)};
  if (S_ISDIR(info.st_mode)) return Failure{"is a directory"};
  if (S_ISREG(info.st_mode)) size_ = static_cast<std::uint64_t>(info.st_size);
  ::posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);  // advice: it reads as well without, slower
  std::array<std::uint8_t, kPcapFileHeader> header{};
  std::size_t size = 0;
  while (size < header.size()) {
    const std::ptrdiff_t n = read(header.data() + size, header.size() - size);
    if (n < 0) return Failure{std::strerror(errno)};
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  Result<PcapFormat> format = read_pcap_header(Bytes(header.data(), size));
  if (!format) return format.failure();
  format_ = format.value();
  return {};
}

std::ptrdiff_t CaptureFile::read(std::uint8_t* to, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd_, to, size);
    if (n >= 0 || errno != EINTR) return n;
  }
}

}  // namespace mailtap
