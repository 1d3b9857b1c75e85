// SPDX-License-Identifier: Apache-2.0
#include "crypt/sealed_box.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <string>
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
  std::array<std::uint8_t, crypto_box_PUBLICKEYBYTES> open{};
  std::array<std::uint8_t, crypto_box_SECRETKEYBYTES> closed{};
};

const Bytes kSecret = as_bytes("a secret of the test");

TEST(Sealer, SealsWhatOnlyThePrivateKeyOpens) {
  const KeyPair keys;
  Result<Sealer> sealer = Sealer::from_base64(keys.open_base64());
  ASSERT_TRUE(sealer.ok()) << sealer.reason();
  std::vector<std::uint8_t> sealed(Sealer::sealed_size(kSecret.size()));
  ASSERT_EQ(sealer.value().seal(kSecret, sealed), sealed.size());
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
  const Sealer sealer = Sealer::from_base64(KeyPair().open_base64()).value();
  std::vector<std::uint8_t> one(Sealer::sealed_size(kSecret.size()));
  std::vector<std::uint8_t> other = one;
  sealer.seal(kSecret, one);
  sealer.seal(kSecret, other);
  EXPECT_NE(one, other);
}

TEST(Sealer, WritesNothingWithoutRoom) {
  const Sealer sealer = Sealer::from_base64(KeyPair().open_base64()).value();
  std::vector<std::uint8_t> out(Sealer::sealed_size(kSecret.size()) - 1, 0xee);
  EXPECT_EQ(sealer.seal(kSecret, out), 0U);
  EXPECT_EQ(out, std::vector<std::uint8_t>(out.size(), 0xee));
}

TEST(Sealer, RefusesWhatIsNoUsableKey) {
  const std::string zero(43, 'A');
  for (const std::string& key : {std::string(), std::string("no base64!"), std::string("Zm9v"), zero,
                                 zero + "=", KeyPair().open_base64() + "\n"})
    EXPECT_FALSE(Sealer::from_base64(key).ok()) << key;
}

}  // namespace
}  // namespace mailtap
