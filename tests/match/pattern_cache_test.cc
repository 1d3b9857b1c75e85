// SPDX-License-Identifier: Apache-2.0
#include "match/pattern_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "match/matcher.h"
#include "match/pattern_set.h"

namespace mailtap {
namespace {

namespace fs = std::filesystem;

class PatternCache : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "mailtap-cache-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    root_ = name;
    settings_.cache_folder = (root_ / "cache").string();
  }
  void TearDown() override { fs::remove_all(root_); }

  fs::path file() const { return fs::path(settings_.cache_folder) / cache_file_name().value(); }

  LoadedPatterns load() const {
    Result<LoadedPatterns> loaded = load_or_compile(settings_);
    EXPECT_TRUE(loaded.ok());
    std::array<Match, 4> out;
    Matcher matcher(*loaded.value().set);
    EXPECT_EQ(matcher.scan_line(as_bytes("NOOP\r\n"), out), 1U);
    return loaded.value();
  }

  std::string content() const {
    std::ifstream in(file(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void overwrite(const std::string& bytes) const {
    std::ofstream(file(), std::ios::binary | std::ios::trunc) << bytes;
  }

  fs::path root_;
  MatchSettings settings_;
};

TEST_F(PatternCache, IsWrittenOnceAndLoadedAfterwards) {
  EXPECT_EQ(load().cache, CacheUse::kWritten);
  EXPECT_EQ(load().cache, CacheUse::kLoaded);
  EXPECT_EQ(std::distance(fs::directory_iterator(settings_.cache_folder), {}), 1);
}

TEST_F(PatternCache, MakesItsFolderForItsOwnerAlone) {
  load();
  struct stat status {};
  ASSERT_EQ(::stat(settings_.cache_folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat(file().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(PatternCache, IsRebuiltWhenAnyByteWasFlipped) {
  load();
  const std::string good = content();
  ASSERT_GT(good.size(), 100U);
  for (std::size_t at = 0; at < good.size(); at += good.size() / 40 + 1) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    overwrite(bad);
    EXPECT_FALSE(read_cache(settings_.cache_folder, cache_file_name().value()).ok()) << "byte " << at;
  }
  EXPECT_EQ(load().cache, CacheUse::kWritten);
  EXPECT_EQ(content(), good);
}

TEST_F(PatternCache, IsRebuiltWhenItIsCutOrLonger) {
  load();
  const std::string good = content();
  for (const std::string& bad :
       {std::string(), good.substr(0, 30), good.substr(0, good.size() - 1), good + "x"}) {
    overwrite(bad);
    EXPECT_EQ(load().cache, CacheUse::kWritten) << bad.size();
  }
}

TEST_F(PatternCache, IsNotUsedInAFolderThatItsGroupCanWrite) {
  load();
  fs::permissions(settings_.cache_folder, fs::perms::owner_all | fs::perms::group_write);
  const LoadedPatterns loaded = load();
  EXPECT_EQ(loaded.cache, CacheUse::kUnused);
  EXPECT_NE(loaded.why_unused.find("can be written by others"), std::string::npos) << loaded.why_unused;
  EXPECT_FALSE(check_cache_folder(settings_.cache_folder).ok());
}

TEST_F(PatternCache, IsNotUsedThroughASymbolicLink) {
  fs::create_directory(root_ / "real");
  fs::create_symlink(root_ / "real", settings_.cache_folder);
  const LoadedPatterns loaded = load();
  EXPECT_EQ(loaded.cache, CacheUse::kUnused);
  EXPECT_NE(loaded.why_unused.find("symbolic link"), std::string::npos) << loaded.why_unused;
  EXPECT_TRUE(fs::is_empty(root_ / "real"));
}

TEST_F(PatternCache, IsNotUsedInTheFolderOfAnotherUser) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  fs::create_directory(settings_.cache_folder);
  ASSERT_EQ(::chown(settings_.cache_folder.c_str(), 12345, 12345), 0);
  EXPECT_NE(load().why_unused.find("belongs to another user"), std::string::npos);
}

TEST_F(PatternCache, DoesNotReadAFileThatOthersCanWrite) {
  load();
  fs::permissions(file(), fs::perms::owner_all | fs::perms::others_write);
  EXPECT_FALSE(read_cache(settings_.cache_folder, cache_file_name().value()).ok());
}

TEST_F(PatternCache, CanBeSwitchedOff) {
  settings_.cache = false;
  EXPECT_EQ(load().cache, CacheUse::kUnused);
  EXPECT_FALSE(fs::exists(settings_.cache_folder));
}

TEST_F(PatternCache, CheckMakesNothing) {
  EXPECT_TRUE(check_cache_folder(settings_.cache_folder).ok());
  EXPECT_FALSE(fs::exists(settings_.cache_folder));
  std::ofstream(root_ / "file") << "x";
  EXPECT_FALSE(check_cache_folder((root_ / "file" / "cache").string()).ok());
}

}  // namespace
}  // namespace mailtap
