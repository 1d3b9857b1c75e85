// SPDX-License-Identifier: Apache-2.0
// What was really said: counted where it is made up, not where it is read. One SessionTruth a mail session,
// added to the Truth when the session ends. Secrets never come near it.
#ifndef MAILTAP_BENCH_TRAFFIC_TRUTH_H_
#define MAILTAP_BENCH_TRAFFIC_TRUTH_H_

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "address.h"
#include "frame_sink.h"

namespace mailtap::traffic {

enum class Tls : std::uint8_t { kNone, kStartTls, kStartTlsRefused, kImplicit };

// What ended a transaction.
enum class TransactionEnd : std::uint8_t {
  kDelivered,       // 2xx to the end of data
  kMessageRefused,  // 4xx or 5xx to the end of data
  kMailRefused,
  kReset,  // accepted RSET
  kHello,  // accepted EHLO
  kQuit,
  kClose,
  kCount
};
const char* name_of(TransactionEnd end);

struct TransactionTruth {
  std::string mail_from;  // "<a@b>"
  std::uint32_t recipients = 0;
  std::uint32_t recipients_refused = 0;
  std::uint64_t octets = 0;  // after dot-unstuffing
  bool data_refused = false;
  bool chunking = false;
  TransactionEnd end = TransactionEnd::kClose;
};

// delivered; rejected: MAIL, every recipient, DATA or the message refused; abandoned: left before the end of
// data.
const char* status_of(const TransactionTruth& transaction);

struct AuthTruth {
  std::string mechanism;
  std::string username;  // empty: not told by this mechanism
  const char* result = "failure";
  bool secret_in_clear = false;  // a password or token could be read
};

// What a host is expected to be told for.
enum class Attack : std::uint8_t { kNone, kProbing, kGuessing, kSpam };

struct SessionTruth {
  Ends ends;
  bool hello = false;  // EHLO or HELO was said
  Tls tls = Tls::kNone;
  bool tls_established = false;
  bool starttls_offered = false;
  bool stays_open = false;
  bool reset = false;  // ended by RST
  bool off_port = false;
  Attack attack = Attack::kNone;
  std::map<std::string, std::uint32_t> verbs;
  std::map<std::uint16_t, std::uint32_t> replies;
  std::vector<TransactionTruth> transactions;
  std::vector<AuthTruth> auths;
  std::array<std::uint64_t, 2> payload{};  // bytes of each side
  TapRecord tap;

  std::uint32_t verb(const char* name) const;
};

struct ClientTruth {
  std::uint64_t sessions = 0;
  std::uint64_t messages = 0;
  std::uint64_t recipients = 0;
  std::uint64_t rejected = 0;
  std::uint64_t auth_attempts = 0;
  std::uint64_t auth_failures = 0;
  std::uint64_t vrfy = 0;
  std::uint64_t expn = 0;
};

struct LeakedAccount {
  std::string username, mechanism;
  Address client, server;
  bool operator<(const LeakedAccount& that) const;
};

struct Truth {
  std::uint64_t flows_mail = 0;
  std::uint64_t flows_other = 0;
  std::uint64_t flows_left_open = 0;
  std::uint64_t lossy_mail_sessions = 0;
  std::uint64_t lost_packets = 0;
  std::uint64_t lost_bytes = 0;
  std::uint64_t smtp_events = 0;
  std::uint64_t starttls_offered = 0, starttls_requested = 0, starttls_accepted = 0, starttls_established = 0;
  std::uint64_t implicit_tls = 0;
  std::uint64_t off_port = 0;
  std::uint64_t ended_by_reset = 0;
  std::uint64_t transactions = 0;
  std::uint64_t data_refused = 0;
  std::uint64_t octets_delivered = 0;
  std::uint64_t octets = 0;
  std::uint64_t recipients = 0;
  std::uint64_t recipients_refused = 0;
  std::array<std::uint64_t, static_cast<std::size_t>(TransactionEnd::kCount)> transaction_ends{};
  std::map<std::string, std::uint64_t> statuses;  // of transactions
  std::map<std::string, std::uint64_t> verbs;
  std::map<std::uint16_t, std::uint64_t> replies;
  std::map<std::string, std::map<std::string, std::uint64_t>> auth;  // mechanism, result
  std::map<Address, ClientTruth> clients;
  std::set<LeakedAccount> leaked;                 // 235 in clear, for PLAIN, LOGIN and CRAM-MD5
  std::map<std::string, bool> alert_accounts;     // 1001: account, whether a 235 was said
  std::set<Address> probing, guessing, spamming;  // 1101, 1201, 1301
  std::set<Address> relays;

  void add(const SessionTruth& session);
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_TRUTH_H_
