// SPDX-License-Identifier: Apache-2.0
#include "match/pattern_cache.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "base/hash.h"
#include "match/hyperscan.h"
#include "match/trusted_folder.h"

namespace mailtap {
namespace {

constexpr std::string_view kMagic = "MAILTAP-PATTERNS-1\n";
// Some hundred bytes a pattern: what is larger was not written by us.
constexpr std::uint64_t kSizeMax = std::uint64_t{16} << 20;

struct Header {
  char magic[24] = {};
  std::uint64_t line_size = 0;
  std::uint64_t lines_size = 0;
  std::uint64_t checksum[2] = {};
};

std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  return hash_bytes(text.data(), text.size(), seed);
}

std::uint64_t checksum(const SerialisedPatterns& patterns, std::uint64_t seed) {
  const std::uint64_t line = hash_bytes(patterns.line.data(), patterns.line.size(), seed);
  return hash_bytes(patterns.lines.data(), patterns.lines.size(), line);
}

Header header_of(const SerialisedPatterns& patterns) {
  Header header;
  std::memcpy(header.magic, kMagic.data(), kMagic.size());
  header.line_size = patterns.line.size();
  header.lines_size = patterns.lines.size();
  for (std::uint64_t i = 0; i < 2; ++i) header.checksum[i] = checksum(patterns, i + 1);
  return header;
}

bool same(const Header& a, const Header& b) {
  return std::memcmp(a.magic, b.magic, sizeof a.magic) == 0 && a.line_size == b.line_size &&
         a.lines_size == b.lines_size && a.checksum[0] == b.checksum[0] && a.checksum[1] == b.checksum[1];
}

bool read_all(int fd, void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t n = ::read(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_all(int fd, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t n = ::write(fd, at, size);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    at += n;
    size -= static_cast<std::size_t>(n);
  }
  return true;
}

bool write_patterns(int fd, const SerialisedPatterns& patterns) {
  const Header header = header_of(patterns);
  return write_all(fd, &header, sizeof header) && write_all(fd, patterns.line.data(), patterns.line.size()) &&
         write_all(fd, patterns.lines.data(), patterns.lines.size());
}

// Folders are made for their owner alone; what exists is left as it is.
Status make_folders(const std::filesystem::path& path) {
  if (path.empty() || ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  const bool parent_missing = errno == ENOENT && path.has_parent_path() && path.parent_path() != path;
  if (!parent_missing) return Failure{path.string() + ": " + std::strerror(errno)};
  if (const Status parent = make_folders(path.parent_path()); !parent) return parent;
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return Failure{path.string() + ": " + std::strerror(errno)};
}

}  // namespace

Result<std::string> cache_folder(const MatchSettings& settings) {
  if (!settings.cache_folder.empty()) return settings.cache_folder;
  const char* cache_home = std::getenv("XDG_CACHE_HOME");
  if (cache_home != nullptr && cache_home[0] == '/') return std::string(cache_home) + "/mailtap";
  const char* home = std::getenv("HOME");
  if (home != nullptr && home[0] == '/') return std::string(home) + "/.cache/mailtap";
  return Failure{"neither match.cache_folder nor $XDG_CACHE_HOME nor $HOME names a folder"};
}

Status prepare_cache_folder(const std::string& folder) {
  if (const Status made = make_folders(folder); !made) return made;
  const Result<FileDescriptor> opened = open_trusted_folder(folder);
  if (!opened) return opened.failure();
  if (::faccessat(opened.value().get(), ".", W_OK | X_OK, AT_EACCESS) != 0)
    return Failure{folder + " cannot be written: " + std::strerror(errno)};
  return {};
}

Status check_cache_folder(const std::string& folder) {
  std::filesystem::path path(folder);
  std::error_code error;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, error))) {
    const Result<FileDescriptor> opened = open_trusted_folder(folder);
    if (!opened) return opened.failure();
  } else {
    while (path.has_parent_path() && path.parent_path() != path && !std::filesystem::exists(path, error))
      path = path.parent_path();
  }
  if (!std::filesystem::is_directory(path, error)) return Failure{path.string() + " is no folder"};
  if (::faccessat(AT_FDCWD, path.c_str(), W_OK | X_OK, AT_EACCESS) != 0)
    return Failure{path.string() + " cannot be written: " + std::strerror(errno)};
  return {};
}

Result<std::string> cache_file_name() {
  hs_platform_info_t platform{};
  if (hs_valid_platform() != HS_SUCCESS || hs_populate_platform(&platform) != HS_SUCCESS)
    return Failure{"Hyperscan does not run on this CPU"};
  std::string all = hs_version();
  for (std::size_t i = 0; i < kPatterns; ++i) all += "\n" + hyperscan::expression_of(static_cast<Pattern>(i));
  const unsigned numbers[] = {platform.tune, hyperscan::kLineFlags, hyperscan::kLinesFlags, HS_MODE_BLOCK};
  for (const unsigned number : numbers) all += "\n" + std::to_string(number);
  std::string version = hs_version();
  version.resize(version.find(' ') == std::string::npos ? version.size() : version.find(' '));
  char name[160];
  std::snprintf(name, sizeof name, "patterns-%.20s-cpu%x-%llx-%016llx%016llx.hs", version.c_str(),
                platform.tune, platform.cpu_features, static_cast<unsigned long long>(hash_text(all, 1)),
                static_cast<unsigned long long>(hash_text(all, 2)));
  return std::string(name);
}

Result<SerialisedPatterns> read_cache(const std::string& folder, const std::string& name) {
  const Result<FileDescriptor> opened = open_trusted_folder(folder);
  if (!opened) return opened.failure();
  const Result<FileDescriptor> file = open_trusted_file(opened.value(), name);
  if (!file) return file.failure();
  Header header;
  const int fd = file.value().get();
  if (!read_all(fd, &header, sizeof header) || header.line_size > kSizeMax || header.lines_size > kSizeMax)
    return Failure{name + " is no pattern cache"};
  SerialisedPatterns patterns{std::vector<char>(header.line_size), std::vector<char>(header.lines_size)};
  char beyond = 0;
  if (!read_all(fd, patterns.line.data(), patterns.line.size()) ||
      !read_all(fd, patterns.lines.data(), patterns.lines.size()) || ::read(fd, &beyond, 1) != 0)
    return Failure{name + " does not have the size it states"};
  if (!same(header, header_of(patterns))) return Failure{name + " is damaged"};
  return patterns;
}

Status write_cache(const std::string& folder, const std::string& name, const SerialisedPatterns& patterns) {
  const Result<FileDescriptor> opened = open_trusted_folder(folder);
  if (!opened) return opened.failure();
  const int at = opened.value().get();
  const std::string passing = name + "." + std::to_string(::getpid()) + ".tmp";
  ::unlinkat(at, passing.c_str(), 0);  // left by a process of this number that died
  const FileDescriptor file(
      ::openat(at, passing.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file.open()) return Failure{folder + "/" + passing + ": " + std::strerror(errno)};
  if (write_patterns(file.get(), patterns) && ::renameat(at, passing.c_str(), at, name.c_str()) == 0)
    return {};
  const Failure failure{folder + "/" + name + ": " + std::strerror(errno)};
  ::unlinkat(at, passing.c_str(), 0);
  return failure;
}

}  // namespace mailtap
