// SPDX-License-Identifier: Apache-2.0
// What one mail session is going to do. Made by Population, carried out by MailSession.
#ifndef MAILTAP_BENCH_TRAFFIC_MAIL_PLAN_H_
#define MAILTAP_BENCH_TRAFFIC_MAIL_PLAN_H_

#include <cstdint>
#include <string>

#include "truth.h"
#include "turn.h"

namespace mailtap::traffic {

enum class AuthOutcome : std::uint8_t { kSuccess, kFailure, kAborted };

struct AuthPlan {
  std::string mechanism;  // empty: no AUTH
  std::string username;
  AuthOutcome outcome = AuthOutcome::kSuccess;
  std::uint32_t attempts = 1;
  bool guesses = false;      // another secret each time
  std::uint64_t secret = 0;  // number of the first secret
};

struct MailPlan {
  Ends ends;
  std::string client_name, client_domain, server_name, server_domain;
  Tls tls = Tls::kNone;
  Attack attack = Attack::kNone;
  AuthPlan auth;
  Ending ending = Ending::kClientCloses;
  std::uint32_t transactions = 1;
  std::uint32_t recipients = 0;  // of each message, all accepted; 0: as it comes, at most recipients_max
  std::uint32_t recipients_max = 20;
  std::uint32_t probes = 0;      // VRFY and EXPN
  std::uint64_t octets_max = 0;  // of a message; 0: as the options say
  bool old_hello = false;        // HELO
  bool pipelining = false;
  bool chunking = false;
  bool offers_starttls = false;
  bool lower_case = false;  // verbs
  bool one_vrfy = false;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_MAIL_PLAN_H_
