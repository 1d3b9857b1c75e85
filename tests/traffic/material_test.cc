// SPDX-License-Identifier: Apache-2.0
#include "material.h"

#include <gtest/gtest.h>

namespace mailtap::traffic {
namespace {

std::string read_all(Bulk bulk) {
  std::string text(static_cast<std::size_t>(bulk.length), '\0');
  EXPECT_EQ(bulk.take(reinterpret_cast<std::uint8_t*>(text.data()), text.size()), text.size());
  return text;
}

// RFC 5321 4.5.2, the receiver's side.
std::string unstuffed(const std::string& wire) {
  std::string text;
  bool line_start = true;
  for (const char letter : wire) {
    if (!line_start || letter != '.') text += letter;
    line_start = letter == '\n';
  }
  return text;
}

TEST(Material, StuffsExactlyTheDotsThatAReceiverTakesAway) {
  Random random(3);
  const Material material(random.fork());
  for (const std::uint64_t octets : {0U, 1U, 100U, 8000U, 262143U, 262144U, 700000U}) {
    const Material::Body body = material.body(random, octets);
    const std::string plain = read_all(body.plain);
    EXPECT_EQ(unstuffed(read_all(body.stuffed)), plain);
    EXPECT_LT(body.plain.length, octets + 300000);
    if (!plain.empty()) {
      EXPECT_EQ(plain.substr(plain.size() - 2), "\r\n");
    }
  }
}

TEST(Material, GivesWholeTlsRecords) {
  Random random(4);
  const Material material(random.fork());
  for (int round = 0; round < 20; ++round) {
    const std::string text = read_all(material.records(random, random.below(100000) + 1));
    std::size_t at = 0;
    while (at + 5 <= text.size()) {
      ASSERT_EQ(text.substr(at, 3), "\x17\x03\x03");
      at += 5U + static_cast<std::uint8_t>(text[at + 3]) * 256U + static_cast<std::uint8_t>(text[at + 4]);
    }
    EXPECT_EQ(at, text.size());
  }
}

}  // namespace
}  // namespace mailtap::traffic
