// SPDX-License-Identifier: Apache-2.0
// Who there is, and who does what next. What a host does is kept clearly under or clearly over the thresholds
// of the detections: a client inside sends from few sessions and is then replaced by another; an account
// belongs to one client and one server and always fails or never.
#ifndef MAILTAP_BENCH_TRAFFIC_POPULATION_H_
#define MAILTAP_BENCH_TRAFFIC_POPULATION_H_

#include <cstdint>
#include <deque>
#include <vector>

#include "mail_plan.h"
#include "options.h"
#include "other_scripts.h"
#include "random.h"

namespace mailtap::traffic {

class Population {
 public:
  Population(const Options& options, Random random);

  // The next ordinary mail session.
  MailPlan session();
  // The next session of the hosts that attack; false when all have been given.
  bool attack(MailPlan& plan);
  // One more session on the ports of one that has ended.
  MailPlan again(const Ends& ends);
  // A session that greets and then stays, the n-th.
  MailPlan open_session(std::uint32_t number);
  Ends open_connection(std::uint32_t number) const;
  OtherKind other_kind();
  Ends other_ends(OtherKind kind);
  // Addresses inside that send for others.
  std::vector<Address> relays() const;

 private:
  struct LocalClient {
    std::uint32_t number = 0;
    std::uint32_t sessions_left = 0;
    std::uint16_t port = 0;
    AuthPlan auth;
  };

  void renew(LocalClient& client);
  MailPlan submission();
  MailPlan between_servers(bool inbound);
  MailPlan plain_plan(const Address& client, std::uint16_t port, const Address& server,
                      std::uint16_t server_port);
  void set_manners(MailPlan& plan);
  void choose_tls(MailPlan& plan, double implicit);
  std::string mechanism();
  bool is_v6(std::uint32_t number) const;
  Address local_client(std::uint32_t number) const;
  Address server(std::uint32_t number, bool v6) const;
  Address outsider(std::uint32_t number) const;
  void add_probing_hosts();
  void add_guessing_hosts();
  void add_spamming_hosts();

  const Options& options_;
  Random random_;
  std::vector<LocalClient> clients_;
  std::uint32_t next_client_ = 1;
  std::vector<std::uint16_t> outsider_ports_;
  std::vector<std::uint16_t> relay_ports_;
  std::uint32_t next_other_ = 0;
  std::deque<MailPlan> attacks_;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_POPULATION_H_
