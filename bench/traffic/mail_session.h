// SPDX-License-Identifier: Apache-2.0
// Both sides of one SMTP session (RFC 5321, 2920, 3030, 3207, 4954), made up from a plan and counted in a
// SessionTruth as it goes. Commands and their replies are made together; with PIPELINING several of them
// share a turn.
#ifndef MAILTAP_BENCH_TRAFFIC_MAIL_SESSION_H_
#define MAILTAP_BENCH_TRAFFIC_MAIL_SESSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "mail_plan.h"
#include "material.h"
#include "options.h"
#include "random.h"
#include "truth.h"
#include "turn.h"

namespace mailtap::traffic {

class MailSession final : public Script {
 public:
  // Everything but `plan` and `random` outlives the session.
  MailSession(MailPlan plan, const Options& options, const Material& material, Random random,
              SessionTruth& truth);

  bool next(Turn& turn) override;
  Ending ending() const override { return plan_.ending; }

 private:
  enum class Step : std::uint8_t {
    kGreeting,
    kHello,
    kStartTls,
    kTls,
    kAuth,
    kExtras,
    kTransactions,
    kQuit,
    kEnd
  };

  // The dialogue's steps.
  void make_step();
  void greeting();
  void hello();
  void start_tls();
  void whole_tls();
  void extras();
  void probe();
  void transactions();
  void quit();
  // mail_auth.cc
  void authenticate();
  void one_auth(std::uint64_t secret);
  void auth_plain(const std::string& secret, AuthTruth& auth);
  void auth_login(const std::string& secret, AuthTruth& auth);
  void auth_challenge(AuthTruth& auth);
  void auth_token(const std::string& secret, AuthTruth& auth);
  void verdict(AuthTruth& auth);
  bool abort(AuthTruth& auth);
  // mail_transaction.cc
  void transaction();
  bool open(TransactionTruth& mail, std::uint64_t octets);
  std::uint32_t recipients(TransactionTruth& mail);
  bool abandon(TransactionTruth& mail);
  void refuse_data(TransactionTruth& mail);
  void nobody_accepted(TransactionTruth& mail);
  void send_data(TransactionTruth& mail, std::uint64_t octets);
  void send_chunks(TransactionTruth& mail, std::uint64_t octets);
  void judge(TransactionTruth& mail, bool refused);
  std::string header(const TransactionTruth& mail);

  // A command with what follows its verb; counted.
  void say(const std::string& verb, const std::string& rest = {}, Piece tail = {});
  // Client bytes that are no command.
  void send(Piece piece) { client_.add(std::move(piece)); }
  // A reply; counted. Without pipelining the turn changes hands.
  void answer(std::uint16_t code, const std::string& text);
  // As answer(), sometimes of several lines.
  void answer_long(std::uint16_t code, const std::string& text);
  // The turn changes hands.
  void sync();
  bool chance(double probability) { return random_.chance(probability); }

  MailPlan plan_;
  const Options& options_;
  const Material& material_;
  Random random_;
  SessionTruth& truth_;
  Step step_ = Step::kGreeting;
  Turn client_{Side::kClient, ""};
  Turn server_{Side::kServer, ""};
  std::vector<Turn> turns_;
  std::size_t turn_ = 0;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_MAIL_SESSION_H_
