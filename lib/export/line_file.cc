// SPDX-License-Identifier: Apache-2.0
#include "export/line_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

namespace mailtap {

namespace {

std::uint64_t count_lines(std::string_view text) {
  return static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
}

// Where the last whole line ends, searched from the end of the file.
std::uint64_t end_of_last_line(int descriptor, std::uint64_t size) {
  std::array<char, 64 * 1024> block;
  for (std::uint64_t end = size; end > 0;) {
    const std::uint64_t start = end - std::min<std::uint64_t>(end, block.size());
    const ssize_t got = pread(descriptor, block.data(), end - start, static_cast<off_t>(start));
    if (got <= 0) return size;
    const auto at = std::string_view(block.data(), static_cast<std::size_t>(got)).rfind('\n');
    if (at != std::string_view::npos) return start + at + 1;
    end = start;
  }
  return 0;
}

// A device has no length; then nothing can or need be cut.
bool cut(int descriptor, std::uint64_t size) { return ftruncate(descriptor, static_cast<off_t>(size)) == 0; }

}  // namespace

Result<std::unique_ptr<LineFile>> LineFile::open(const std::string& path, Mode mode) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (descriptor < 0) return Failure{path + ": " + std::strerror(errno)};
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return Failure{path + ": in use by another process"};
  }
  struct stat facts {};
  const bool regular = fstat(descriptor, &facts) == 0 && S_ISREG(facts.st_mode);
  std::uint64_t size = 0;
  if (regular && mode == Mode::kAppend)
    size = end_of_last_line(descriptor, static_cast<std::uint64_t>(facts.st_size));
  if (regular && (!cut(descriptor, size) || lseek(descriptor, static_cast<off_t>(size), SEEK_SET) < 0)) {
    const int error = errno;
    ::close(descriptor);
    return Failure{path + ": " + std::strerror(error)};
  }
  return std::unique_ptr<LineFile>(new LineFile(descriptor, path, mode, size));
}

LineFile::~LineFile() { ::close(descriptor_); }

bool LineFile::write(std::string_view lines) {
  if (lines.empty()) return true;
  if (!status_.ok() && mode_ == Mode::kReplace) {
    lines_unwritten_ += count_lines(lines);
    return false;
  }
  int error = 0;
  const std::size_t written = write_some(lines, error);
  if (written == lines.size()) {
    size_ += written;
    return true;
  }
  const std::size_t whole = lines.substr(0, written).rfind('\n') + 1;  // npos + 1 is 0
  size_ += whole;
  lines_unwritten_ += count_lines(lines.substr(whole));
  fail(error);
  return false;
}

std::size_t LineFile::write_some(std::string_view lines, int& error) {
  std::size_t written = 0;
  while (written < lines.size()) {
    const ssize_t n = ::write(descriptor_, lines.data() + written, lines.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) {
      error = n < 0 ? errno : ENOSPC;
      break;
    }
    written += static_cast<std::size_t>(n);
  }
  return written;
}

void LineFile::fail(int error) {
  cut(descriptor_, size_);
  lseek(descriptor_, static_cast<off_t>(size_), SEEK_SET);
  if (status_.ok())
    status_ = Failure{path_ + ": " + std::strerror(error) + " at byte " + std::to_string(size_)};
}

}  // namespace mailtap
