// SPDX-License-Identifier: Apache-2.0
#include "crypt/keyed_hash.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace mailtap {
namespace {

class KeyFile : public testing::Test {
 protected:
  KeyFile() {
    std::string name = testing::TempDir() + "keyXXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~KeyFile() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name = "key") const { return folder_ + "/" + name; }
  void write(const std::string& content, unsigned mode) const {
    std::ofstream(path()) << content;
    ::chmod(path().c_str(), mode);
  }

  std::string folder_;
};

const Bytes kSecret = as_bytes("opensesame");

TEST(KeyedHash, KeepsItsPartsApart) {
  const KeyedHash hash = KeyedHash::random();
  EXPECT_NE(hash.hash("ab", as_bytes("c")), hash.hash("a", as_bytes("bc")));
  EXPECT_NE(hash.hash("", as_bytes("abc")), hash.hash("abc", {}));
  EXPECT_EQ(hash.hash("ab", as_bytes("c")), hash.hash("ab", as_bytes("c")));
}

TEST(KeyedHash, DiffersWithTheKey) {
  const KeyedHash one = KeyedHash::random();
  const KeyedHash other = KeyedHash::random();
  EXPECT_NE(one.hash("joe", kSecret), other.hash("joe", kSecret));
  EXPECT_NE(one.key_id(), other.key_id());
}

TEST_F(KeyFile, GivesTheSameHashesInEveryRun) {
  Result<KeyedHash> made = KeyedHash::create_file(path());
  ASSERT_TRUE(made.ok()) << made.reason();
  Result<KeyedHash> read = KeyedHash::from_file(path());
  ASSERT_TRUE(read.ok()) << read.reason();
  EXPECT_EQ(made.value().hash("joe", kSecret), read.value().hash("joe", kSecret));
  EXPECT_EQ(made.value().key_id(), read.value().key_id());
  EXPECT_EQ(std::filesystem::file_size(path()), KeyedHash::kKeySize);
}

// BLAKE2b over the length-prefixed parts, computed here without the class.
TEST_F(KeyFile, IsBlake2bOverLengthPrefixedParts) {
  const std::string key = "0123456789abcdef0123456789abcdef";
  write(key, 0600);
  Result<KeyedHash> hash = KeyedHash::from_file(path());
  ASSERT_TRUE(hash.ok()) << hash.reason();
  std::string message("\x03\0\0\0\0\0\0\0joe\x02\0\0\0\0\0\0\0pw", 8 + 3 + 8 + 2);
  KeyedHashValue expected{};
  const Bytes bytes = as_bytes(message);
  const Bytes key_bytes = as_bytes(key);
  crypto_generichash(expected.data(), expected.size(), bytes.data(), bytes.size(), key_bytes.data(),
                     key.size());
  EXPECT_EQ(hash.value().hash("joe", as_bytes("pw")), expected);
}

TEST_F(KeyFile, IsMadeForItsOwnerAlone) {
  const mode_t before = ::umask(0);
  const bool ok = KeyedHash::create_file(path()).ok();
  ::umask(before);
  ASSERT_TRUE(ok);
  struct stat info {};
  ASSERT_EQ(::stat(path().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);
}

TEST_F(KeyFile, IsNeverWrittenOver) {
  write("precious", 0600);
  EXPECT_FALSE(KeyedHash::create_file(path()).ok());
  EXPECT_EQ(std::filesystem::file_size(path()), 8U);
}

TEST_F(KeyFile, IsRefusedWhenOthersCouldReadIt) {
  for (const unsigned mode : {0640U, 0604U, 0620U, 0602U, 0700U}) {
    write(std::string(32, 'k'), mode);
    const Result<KeyedHash> read = KeyedHash::from_file(path());
    ASSERT_FALSE(read.ok()) << mode;
    EXPECT_EQ(read.reason(), path() + ": key file must have mode 0600");
  }
}

TEST_F(KeyFile, IsRefusedWhenItBelongsToAnother) {
  write(std::string(32, 'k'), 0600);
  if (::chown(path().c_str(), 65534, 65534) != 0) GTEST_SKIP() << "only root can give a file away";
  EXPECT_FALSE(KeyedHash::from_file(path()).ok());
}

TEST_F(KeyFile, IsRefusedAtAnyOtherSize) {
  for (const std::size_t size : {0, 31, 33}) {
    write(std::string(size, 'k'), 0600);
    EXPECT_FALSE(KeyedHash::from_file(path()).ok()) << size;
  }
}

TEST_F(KeyFile, IsNoLinkNoFolderNoPipeAndThere) {
  write(std::string(32, 'k'), 0600);
  std::filesystem::create_symlink(path(), path("link"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  for (const std::string& bad : {path("link"), path("pipe"), folder_, path("missing")})
    EXPECT_FALSE(KeyedHash::from_file(bad).ok()) << bad;
}

}  // namespace
}  // namespace mailtap
