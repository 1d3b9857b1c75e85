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

// A symbolic link by that name was put there by somebody else, and leads somewhere else.
Failure fault_of_open(const std::string& path, int error) {
  return Failure{path + ": " + (error == ELOOP ? "is a symbolic link" : std::strerror(error))};
}

constexpr int kFlags = O_RDWR | O_CLOEXEC | O_NOFOLLOW;  // for both: the opening of a pipe waits for nobody

// Ours alone, and a file that takes lines: a plain one, or a device. Its facts, or why not.
Result<struct stat> take(int descriptor, const std::string& path) {
  struct stat facts {};
  if (fstat(descriptor, &facts) != 0) return fault_of_open(path, errno);
  if (!S_ISREG(facts.st_mode) && !S_ISCHR(facts.st_mode)) return Failure{path + ": is no plain file"};
  if (flock(descriptor, LOCK_EX | LOCK_NB) != 0) return Failure{path + ": in use by another process"};
  return facts;
}

}  // namespace

Status LineFile::check(const std::string& path) {
  const int descriptor = ::open(path.c_str(), kFlags);
  if (descriptor < 0 && errno == ENOENT) return {};
  if (descriptor < 0) return fault_of_open(path, errno);
  const Result<struct stat> facts = take(descriptor, path);
  ::close(descriptor);
  return facts ? Status() : facts.failure();
}

Result<std::unique_ptr<LineFile>> LineFile::open(const std::string& path, Mode mode) {
  const int descriptor = ::open(path.c_str(), kFlags | O_CREAT, 0640);
  if (descriptor < 0) return fault_of_open(path, errno);
  std::unique_ptr<LineFile> file(new LineFile(descriptor, path, mode));
  const Result<struct stat> facts = take(descriptor, path);
  if (!facts) return facts.failure();
  if (!S_ISREG(facts.value().st_mode)) return file;
  if (mode == Mode::kAppend)
    file->size_ = end_of_last_line(descriptor, static_cast<std::uint64_t>(facts.value().st_size));
  if (!cut(descriptor, file->size_) || lseek(descriptor, static_cast<off_t>(file->size_), SEEK_SET) < 0)
    return fault_of_open(path, errno);
  return file;
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
