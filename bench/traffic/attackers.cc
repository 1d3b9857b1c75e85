// SPDX-License-Identifier: Apache-2.0
// The hosts that every capture is told to find: far over the thresholds of 1101, 1201 and 1301, within
// seconds.
#include <string>

#include "population.h"

namespace mailtap::traffic {
namespace {

constexpr std::uint32_t kInside = 10U << 24 | 200U << 16;   // 10.200.0.0
constexpr std::uint32_t kOutside = 203U << 24 | 113U << 8;  // 203.0.113.0
constexpr std::uint64_t kGuessedSecrets = 1000000000;       // numbers that no client's secret has

Address attacker(std::uint32_t kind, std::uint32_t number) {
  return number % 2 == 0 ? ipv4(kOutside + kind * 80 + number / 2 + 1)
                         : ipv4(kInside + (kind << 8) + number + 1);
}

}  // namespace

void Population::add_probing_hosts() {
  for (std::uint32_t i = 0; i < options_.mail.probing; ++i) {
    MailPlan plan =
        plain_plan(attacker(0, i), static_cast<std::uint16_t>(30000 + i), server(i % 4, false), 25);
    plan.attack = Attack::kProbing;
    plan.probes = random_.between(20, 40);
    plan.pipelining = i % 2 != 0;
    plan.transactions = 0;
    attacks_.push_back(std::move(plan));
  }
}

// One account each, against which it has no luck; every third answers challenges.
void Population::add_guessing_hosts() {
  for (std::uint32_t i = 0; i < options_.mail.guessing; ++i) {
    MailPlan plan =
        plain_plan(attacker(1, i), static_cast<std::uint16_t>(30000 + i), server(i % 4, false), 587);
    plan.attack = Attack::kGuessing;
    plan.auth.mechanism = i % 3 == 0 ? "LOGIN" : i % 3 == 1 ? "PLAIN" : "CRAM-MD5";
    plan.auth.username = "victim" + std::to_string(i) + "@corp.example";
    plan.auth.outcome = AuthOutcome::kFailure;
    plan.auth.attempts = i % 3 == 2 ? 20 : random_.between(9, 16);
    plan.auth.guesses = true;
    plan.auth.secret = kGuessedSecrets + std::uint64_t{i} * 1000;
    attacks_.push_back(std::move(plan));
  }
}

// Many messages, or few with very many recipients.
void Population::add_spamming_hosts() {
  for (std::uint32_t i = 0; i < options_.mail.spamming; ++i) {
    const bool many_messages = i % 2 == 0;
    for (std::uint32_t j = 0; j < 5; ++j) {
      MailPlan plan = plain_plan(ipv4(kInside + (2U << 8) + i + 1), static_cast<std::uint16_t>(30000 + j),
                                 ipv4((198U << 24 | 18U << 16) + 1 + j), 25);
      plan.attack = Attack::kSpam;
      plan.transactions = many_messages ? 30 : 3;
      plan.recipients = many_messages ? 1 : 50;
      plan.octets_max = 1500;
      plan.pipelining = true;
      attacks_.push_back(std::move(plan));
    }
  }
}

}  // namespace mailtap::traffic
