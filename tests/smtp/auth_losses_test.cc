// SPDX-License-Identifier: Apache-2.0
// AUTH of which lines were lost: whatever is missing, no secret is told as a name; what one side alone says
// is told with a verdict that is unknown.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/smtp/dialogue_text.h"

namespace mailtap::smtp::test {
namespace {

using ::testing::HasSubstr;

// The password is the word `hunter2!`, and also what stands where a name is asked for a second time.
constexpr std::string_view kExchanges[] = {
    "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcjEy\nS: 334 UGFzc3dvcmQ6\nC: aHVudGVyMiEh\nS: 235 ok\n",
    "C: AUTH LOGIN dXNlcjEy\nS: 334 UGFzc3dvcmQ6\nC: aHVudGVyMiEh\nS: 535 no\n",
    "C: AUTH LOGIN\nS: 334 Username:\nC: user12\nS: 334 Password:\nC: hunter2!!\nS: 235 ok\n",
    "C: AUTH PLAIN\nS: 334 \nC: AHVzZXIxMgBodW50ZXIyISE=\nS: 235 ok\n",
    "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcjEy\nS: 334 UGFzc3dvcmQ6\nC: aHVudGVyMiEh\nS: 535 no\n"
    "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: dXNlcjEy\nS: 334 UGFzc3dvcmQ6\nC: aHVudGVyMiEh\nS: 235 ok\n"};

// Every line that `lost` has a bit for is a gap. A gap is told where its line stood, or, `early`, in front of
// the line of the other side before it: the reassembler tells a hole when its time has come.
std::string told_with(const std::vector<Said>& said, std::uint32_t lost, bool early) {
  Bench bench({}, 256);
  for (std::size_t i = 0; i < said.size(); ++i) {
    const bool next_lost =
        early && i + 1 < said.size() && (lost >> (i + 1) & 1) != 0 && said[i + 1].role != said[i].role;
    if (next_lost) bench.gap(said[i + 1].role, said[i + 1].bytes.size());
    const bool told_already = early && i > 0 && said[i - 1].role != said[i].role;
    if ((lost >> i & 1) == 0) {
      bench.say(said[i].role, said[i].bytes);
    } else if (!told_already) {
      bench.gap(said[i].role, said[i].bytes.size());
    }
  }
  std::string all;
  for (const std::string& line : bench.end()) all += line + "\n";
  return all;
}

TEST(AuthLosses, NoSecretIsToldWhateverLinesAreMissing) {
  std::size_t with_name = 0;
  for (const std::string_view exchange : kExchanges) {
    const std::vector<Said> said = parse("S: 220 mx\nC: EHLO me\nS: 250 mx\n" + std::string(exchange) +
                                         "C: MAIL FROM:<a@b>\nS: 250 ok\n");
    for (std::uint32_t lost = 0; lost<std::uint32_t{1} << said.size(); lost += said.size()> 12 ? 7 : 1) {
      for (const bool early : {false, true}) {
        const std::string told = told_with(said, lost, early);
        ASSERT_EQ(told.find("hunter2"), std::string::npos) << exchange << lost << told;
        ASSERT_EQ(told.find("aHVudGVy"), std::string::npos) << exchange << lost << told;
        with_name += told.find("user12") != std::string::npos ? 1 : 0;
      }
    }
  }
  EXPECT_GT(with_name, 500U);
}

// As the reassembler tells it of a side that is absent: what it must have said is a gap before each answer.
std::vector<std::string> client_alone(std::string_view text) {
  Bench bench({}, 256);
  bench.dialogue.on_one_sided(bench.context, Role::kServer, 1);
  for (const Said& part : parse(text)) {
    if (part.role == Role::kServer) {
      bench.gap(Role::kServer, part.bytes.size());
    } else {
      bench.say(part.role, part.bytes);
    }
  }
  return bench.end();
}

TEST(AuthLosses, ToldOfTheClientAloneWithItsNameAndSecret) {
  const std::string before = "S: 220 mx\nC: EHLO me\nS: 250 mx\n";
  const std::string behind = "C: MAIL FROM:<a@b>\nS: 250 ok\n";
  const std::string login = "auth LOGIN unknown user user12 authzid  password 0";
  EXPECT_EQ(client_alone(before + std::string(kExchanges[0]) + behind)[0], login);
  EXPECT_EQ(client_alone(before + std::string(kExchanges[1]) + behind)[0], login + " initial");
  EXPECT_EQ(client_alone(before + std::string(kExchanges[3]) + behind)[0],
            "auth PLAIN unknown user user12 authzid  password 0");
  EXPECT_EQ(client_alone(before +
                         "C: AUTH CRAM-MD5\nS: 334 PDE+\nC: "
                         "dXNlcjEyIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw\nS: 235 ok\n" +
                         behind)[0],
            "auth CRAM-MD5 unknown user user12 authzid  response 0");
}

}  // namespace
}  // namespace mailtap::smtp::test
