// SPDX-License-Identifier: Apache-2.0
// Property: what is told does not depend on how the stream was cut.
#include <gtest/gtest.h>

#include <random>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

const std::vector<Said>& dialogue() {
  static const std::vector<Said> kSaid{
      {Role::kServer, "220-mx ESMTP\r\n220 hi\r\n"},
      {Role::kClient, "EHLO me\r\n"},
      {Role::kServer, "250-mx\r\n250-AUTH PLAIN LOGIN\r\n250 PIPELINING\n"},
      {Role::kClient, "AUTH LOGIN dXNlcg==\r\n"},
      {Role::kServer, "334 p\r\n"},
      {Role::kClient, "c2VjcmV0\r\n"},
      {Role::kServer, "235 ok\r\n"},
      {Role::kClient,
       "MAIL FROM:<a@b> BODY=8BITMIME\r\nRCPT TO:<c@d>\r\nrcpt to:<e@f>\r\nFOO\r\nDATA\r\nRSET\r\n"},
      {Role::kServer, "250 ok\r\n250 ok\r\n550-no\r\n550 no\r\n500 what\r\n554 no\r\n250 reset\r\n"},
      {Role::kClient, "MAIL FROM:<g@h>\r\nRCPT TO:<c@d>\r\nDATA\r\n"},
      {Role::kServer, "250 ok\r\n250 ok\r\n354 go\r\n"},
      {Role::kClient, "Subject: x\r\n\r\n..a\r\n.b\n.\nc.\r\r\n.\rd\r\n.\r\nVRFY root\r\n"},
      {Role::kServer, "250 done\r\n252 maybe\r\n"},
      {Role::kClient, "MAIL FROM:<i@j>\r\nRCPT TO:<c@d>\r\nBDAT 7\r\n.\r\nQUI\nBDAT 3 LAST\r\nabcQUIT\r\n"},
      {Role::kServer, "250 ok\r\n250 ok\r\n250 ok\r\n250 done\r\n221 bye\r\n"}};
  return kSaid;
}

TEST(Dialogue, EveryCutOfTheStreamGivesTheSame) {
  const std::vector<std::string> whole = run(dialogue());
  ASSERT_EQ(whole.size(), 8u) << ::testing::PrintToString(whole);
  for (std::size_t part = 0; part < dialogue().size(); ++part) {
    for (std::size_t cut = 1; cut < dialogue()[part].bytes.size(); ++cut) {
      std::vector<Said> said = dialogue();
      Said tail{said[part].role, said[part].bytes.substr(cut)};
      said[part].bytes.resize(cut);
      said.insert(said.begin() + static_cast<std::ptrdiff_t>(part) + 1, tail);
      ASSERT_EQ(run(said), whole) << "part " << part << " cut at " << cut;
    }
  }
}

TEST(Dialogue, ManyCutsOfTheStreamGiveTheSame) {
  const std::vector<std::string> whole = run(dialogue());
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<Said> said;
    for (const Said& part : dialogue()) {
      for (std::size_t at = 0; at < part.bytes.size();) {
        const std::size_t n = 1 + random() % 9;
        said.push_back({part.role, part.bytes.substr(at, n)});
        at += n;
      }
    }
    ASSERT_EQ(run(said), whole) << "round " << round;
  }
}

}  // namespace
}  // namespace mailtap::smtp::test
