// SPDX-License-Identifier: Apache-2.0
#include "crypt/keyed_hash.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mailtap {
namespace {

constexpr std::string_view kKeyIdLabel = "mailtap key id";

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

Failure fault(const std::string& path, std::string_view why) {
  return Failure{path + ": " + std::string(why)};
}

// A link is not followed: who may change it chooses the key.
Failure fault_of_errno(const std::string& path) {
  return fault(path, errno == ELOOP ? "is a symbolic link" : std::strerror(errno));
}

// Reads until the buffer is full or the file ends.
ssize_t read_all(int fd, std::span<std::uint8_t> out) {
  std::size_t size = 0;
  while (size < out.size()) {
    const ssize_t n = ::read(fd, out.data() + size, out.size() - size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -1;
    if (n == 0) break;
    size += static_cast<std::size_t>(n);
  }
  return static_cast<ssize_t>(size);
}

bool write_all(int fd, std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) return false;
    if (n > 0) bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return ::fsync(fd) == 0;
}

// Judged on the open file, not on its name, which could be another one by then.
Status check_key_file(int fd, const std::string& path) {
  struct stat info {};
  if (::fstat(fd, &info) != 0) return fault_of_errno(path);
  if (!S_ISREG(info.st_mode)) return fault(path, "key file is not a regular file");
  if (info.st_uid != ::geteuid()) return fault(path, "key file belongs to another user");
  if ((info.st_mode & 0177U) != 0) return fault(path, "key file must have mode 0600");
  if (info.st_size != static_cast<off_t>(KeyedHash::kKeySize))
    return fault(path, "key file must hold 32 octets");
  return {};
}

void start_sodium() { MAILTAP_CHECK(sodium_init() >= 0); }

void add_part(crypto_generichash_state& state, Bytes part) {
  std::uint8_t size[8];
  for (unsigned i = 0; i < 8; ++i) size[i] = static_cast<std::uint8_t>(std::uint64_t{part.size()} >> (8 * i));
  crypto_generichash_update(&state, size, sizeof size);
  crypto_generichash_update(&state, part.data(), part.size());
}

}  // namespace

KeyedHash::KeyedHash(std::unique_ptr<Key> key) : key_(std::move(key)) {
  std::array<std::uint8_t, 16> id{};
  const Bytes label = as_bytes(kKeyIdLabel);
  crypto_generichash(id.data(), id.size(), label.data(), label.size(), key_->data(), kKeySize);
  key_id_ = load_be64(id.data());
}

KeyedHash KeyedHash::random() {
  start_sodium();
  auto key = std::make_unique<Key>();
  randombytes_buf(key->data(), kKeySize);
  return KeyedHash(std::move(key));
}

Result<KeyedHash> KeyedHash::from_file(const std::string& path) {
  start_sodium();
  // O_NONBLOCK: a pipe by that name is refused below instead of waited for.
  const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) return fault_of_errno(path);
  if (Status status = check_key_file(file.get(), path); !status) return status.failure();
  auto key = std::make_unique<Key>();
  const ssize_t size = read_all(file.get(), key->span());
  if (size < 0) return fault_of_errno(path);
  if (size != static_cast<ssize_t>(kKeySize)) return fault(path, "key file must hold 32 octets");
  return KeyedHash(std::move(key));
}

Result<KeyedHash> KeyedHash::create_file(const std::string& path) {
  start_sodium();
  const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return fault_of_errno(path);
  auto key = std::make_unique<Key>();
  randombytes_buf(key->data(), kKeySize);
  if (!write_all(file.get(), key->span())) {
    const Failure failure = fault_of_errno(path);
    ::unlink(path.c_str());  // half a key must not be found by the next start
    return failure;
  }
  return KeyedHash(std::move(key));
}

KeyedHashValue KeyedHash::hash(std::string_view user, Bytes secret) const {
  crypto_generichash_state state;
  crypto_generichash_init(&state, key_->data(), kKeySize, sizeof(KeyedHashValue));
  add_part(state, as_bytes(user));
  add_part(state, secret);
  KeyedHashValue value{};
  crypto_generichash_final(&state, value.data(), value.size());
  sodium_memzero(&state, sizeof state);  // it holds the key's first block and the secret's last
  return value;
}

}  // namespace mailtap
