// SPDX-License-Identifier: Apache-2.0
#include "crypt/sealed_box.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "crypt/base64.h"

namespace mailtap {
namespace {

struct KeyPair {
  KeyPair() { EXPECT_EQ(crypto_box_keypair(open.data(), closed.data()), 0); }
  std::string open_base64() const {
    std::string text(base64_encoded_size(open.size()), '?');
    base64_encode(open, text);
    return text;
  }
  SealingKey sealing_key() const { return SealingKey::from_base64(open_base64()).value(); }
  std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> closed{};
};

const Bytes kSecret = as_bytes("a secret of the test");

TEST(Sealer, SealsWhatOnlyThePrivateKeyOpens) {
  const KeyPair keys;
  Sealer sealer(keys.sealing_key());
  std::vector<std::uint8_t> sealed(Sealer::sealed_size(kSecret.size()));
  ASSERT_EQ(sealer.seal(kSecret, sealed), sealed.size());
  std::vector<std::uint8_t> opened(kSecret.size());
  ASSERT_EQ(
      crypto_box_seal_open(opened.data(), sealed.data(), sealed.size(), keys.open.data(), keys.closed.data()),
      0);
  EXPECT_EQ(as_text(opened), as_text(kSecret));
  const KeyPair others;
  EXPECT_NE(crypto_box_seal_open(opened.data(), sealed.data(), sealed.size(), others.open.data(),
                                 others.closed.data()),
            0);
}

TEST(Sealer, NeverSealsTheSameTwiceToTheSameOctets) {
  Sealer sealer(KeyPair().sealing_key());
  std::vector<std::uint8_t> one(Sealer::sealed_size(kSecret.size()));
  std::vector<std::uint8_t> other = one;
  sealer.seal(kSecret, one);
  sealer.seal(kSecret, other);
  EXPECT_NE(one, other);
}

// A generator in one state twice would give two secrets one key stream.
static_assert(!std::is_copy_constructible_v<Sealer> && !std::is_move_constructible_v<Sealer>);

TEST(Sealer, SharesNoEphemeralKeyWithAnotherOfTheSameKey) {
  const SealingKey key = KeyPair().sealing_key();
  std::set<std::string> ephemeral;
  for (int i = 0; i < 2; ++i) {
    Sealer sealer(key);
    std::vector<std::uint8_t> sealed(Sealer::sealed_size(kSecret.size()));
    for (int n = 0; n < 50; ++n) {
      sealer.seal(kSecret, sealed);
      ephemeral.emplace(as_text(sealed).substr(0, crypto_box_PUBLICKEYBYTES));
    }
  }
  EXPECT_EQ(ephemeral.size(), 100U);
}

// What libsodium would ask of the system.
class CountedRandom {
 public:
  CountedRandom() {
    asked() = 0;
    static randombytes_implementation counting = randombytes_sysrandom_implementation;
    counting.random = [] { return ++asked(), randombytes_sysrandom_implementation.random(); };
    counting.buf = [](void* to, std::size_t n) {
      ++asked(), randombytes_sysrandom_implementation.buf(to, n);
    };
    randombytes_set_implementation(&counting);
  }
  ~CountedRandom() { randombytes_set_implementation(&randombytes_sysrandom_implementation); }
  CountedRandom(const CountedRandom&) = delete;
  CountedRandom& operator=(const CountedRandom&) = delete;
  static int& asked() {
    static int times = 0;
    return times;
  }
};

TEST(Sealer, AsksTheSystemForChanceOnceOnly) {
  const SealingKey key = KeyPair().sealing_key();
  const CountedRandom random;
  Sealer sealer(key);
  std::vector<std::uint8_t> sealed(Sealer::sealed_size(kSecret.size()));
  for (int i = 0; i < 10; ++i) ASSERT_EQ(sealer.seal(kSecret, sealed), sealed.size());
  EXPECT_EQ(random.asked(), 1);
}

TEST(Sealer, WritesNothingWithoutRoom) {
  Sealer sealer(KeyPair().sealing_key());
  std::vector<std::uint8_t> out(Sealer::sealed_size(kSecret.size()) - 1, 0xee);
  EXPECT_EQ(sealer.seal(kSecret, out), 0U);
  EXPECT_EQ(out, std::vector<std::uint8_t>(out.size(), 0xee));
}

TEST(SealingKey, RefusesWhatIsNoUsableKey) {
  const std::string zero(43, 'A');
  for (const std::string& key : {std::string(), std::string("no base64!"), std::string("Zm9v"), zero,
                                 zero + "=", KeyPair().open_base64() + "\n"})
    EXPECT_FALSE(SealingKey::from_base64(key).ok()) << key;
}

}  // namespace
}  // namespace mailtap
