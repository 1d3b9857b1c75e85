// SPDX-License-Identifier: Apache-2.0
#include "crypt/base64.h"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace mailtap {
namespace {

struct Decoded {
  std::string text;
  Base64Decoded result;
};

Decoded decode(std::string_view text, std::size_t room = 256) {
  std::vector<std::uint8_t> out(room);
  const Base64Decoded result = base64_decode(text, out);
  return {std::string(as_text(Bytes(out).first(result.size))), result};
}

std::string encode(std::string_view text) {
  std::string out(base64_encoded_size(text.size()), '?');
  EXPECT_EQ(base64_encode(as_bytes(text), out), out.size());
  return out;
}

// RFC 4648 section 10.
constexpr std::array<std::array<std::string_view, 2>, 7> kVectors = {{{"", ""},
                                                                      {"f", "Zg=="},
                                                                      {"fo", "Zm8="},
                                                                      {"foo", "Zm9v"},
                                                                      {"foob", "Zm9vYg=="},
                                                                      {"fooba", "Zm9vYmE="},
                                                                      {"foobar", "Zm9vYmFy"}}};

TEST(Base64, MeetsTheVectorsOfRfc4648) {
  for (const auto& [plain, coded] : kVectors) {
    EXPECT_EQ(encode(plain), coded);
    const Decoded decoded = decode(coded);
    EXPECT_EQ(decoded.text, plain);
    EXPECT_TRUE(decoded.result.strict());
    EXPECT_EQ(decoded.result.stop, coded.size());
  }
}

TEST(Base64, ReadsWhatItWroteForEverySize) {
  std::mt19937 random(7);
  for (std::size_t size = 0; size < 100; ++size) {
    std::string plain(size, '\0');
    for (char& c : plain) c = static_cast<char>(random());
    const Decoded decoded = decode(encode(plain));
    EXPECT_EQ(decoded.text, plain);
    EXPECT_TRUE(decoded.result.strict());
  }
}

TEST(Base64, ReadsOnAndSaysSoWithoutPadding) {
  const Decoded decoded = decode("Zm9vYg");
  EXPECT_EQ(decoded.text, "foob");
  EXPECT_EQ(decoded.result.end, Base64End::kUnpadded);
  EXPECT_EQ(decode("Zm9vYg=").result.end, Base64End::kUnpadded);
  EXPECT_EQ(decode("Zm9vYmE").text, "fooba");
}

TEST(Base64, TellsWhereItMetACharacterOutsideTheAlphabet) {
  const Decoded decoded = decode("Zm9v!mFy");
  EXPECT_EQ(decoded.text, "foo");
  EXPECT_EQ(decoded.result.end, Base64End::kBadCharacter);
  EXPECT_EQ(decoded.result.stop, 4U);
  EXPECT_EQ(decode("Zm9vYm\nFy").result.stop, 6U);
}

TEST(Base64, TakesNothingBehindThePadding) {
  const Decoded decoded = decode("Zg==Zg==");
  EXPECT_EQ(decoded.text, "f");
  EXPECT_EQ(decoded.result.end, Base64End::kBadCharacter);
  EXPECT_EQ(decoded.result.stop, 4U);
}

TEST(Base64, RefusesPaddingAlone) {
  for (const std::string_view text : {"=", "==", "====", "Z===", "Zm9v="}) {
    EXPECT_EQ(decode(text).result.end, Base64End::kBadCharacter) << text;
  }
}

TEST(Base64, NoticesBitsBehindTheLastOctet) {
  const Decoded decoded = decode("Zh==");
  EXPECT_EQ(decoded.text, "f");
  EXPECT_EQ(decoded.result.end, Base64End::kLooseBits);
  EXPECT_EQ(decode("Zm9=").result.end, Base64End::kLooseBits);
}

TEST(Base64, NoticesASingleCharacterAtTheEnd) {
  EXPECT_EQ(decode("Zm9vY").result.end, Base64End::kCutQuantum);
  EXPECT_EQ(decode("Zm9vY").text, "foo");
}

TEST(Base64, NeverWritesBehindTheRoomItWasGiven) {
  for (std::size_t room = 0; room < 6; ++room) {
    std::array<std::uint8_t, 8> out{};
    out.fill(0xee);
    const Base64Decoded result = base64_decode("Zm9vYmFy", std::span(out).first(room));
    EXPECT_EQ(result.end, Base64End::kNoRoom) << room;
    for (std::size_t i = room; i < out.size(); ++i) EXPECT_EQ(out[i], 0xee);
  }
  EXPECT_TRUE(decode("Zm9vYmFy", 6).result.strict());
  EXPECT_TRUE(decode("Zm9vYg==", 4).result.strict());
}

TEST(Base64, EncodesNothingIntoTooLittleRoom) {
  std::array<char, 7> out{};
  EXPECT_EQ(base64_encode(as_bytes("fooba"), out), 0U);
}

}  // namespace
}  // namespace mailtap
