// SPDX-License-Identifier: Apache-2.0
#include "truth.h"

#include <tuple>

namespace mailtap::traffic {
namespace {

void add_transactions(const SessionTruth& session, Truth& truth, ClientTruth& client) {
  for (const TransactionTruth& transaction : session.transactions) {
    ++truth.transactions;
    ++truth.statuses[status_of(transaction)];
    ++truth.transaction_ends[static_cast<std::size_t>(transaction.end)];
    truth.data_refused += transaction.data_refused ? 1 : 0;
    truth.octets += transaction.octets;
    truth.recipients += transaction.recipients;
    truth.recipients_refused += transaction.recipients_refused;
    client.recipients += transaction.recipients;
    client.rejected += transaction.recipients_refused;
    if (transaction.end != TransactionEnd::kDelivered) continue;
    truth.octets_delivered += transaction.octets;
    ++client.messages;
  }
}

bool tells_user(const AuthTruth& auth) {
  return auth.mechanism == "PLAIN" || auth.mechanism == "LOGIN" || auth.mechanism == "CRAM-MD5";
}

void add_auths(const SessionTruth& session, Truth& truth, ClientTruth& client) {
  for (const AuthTruth& auth : session.auths) {
    const std::string result = auth.result;
    ++truth.auth[auth.mechanism][result];
    ++client.auth_attempts;
    client.auth_failures += result == "failure" ? 1 : 0;
    if (auth.username.empty()) continue;
    if (result == "success" && tells_user(auth)) {
      truth.leaked.insert({auth.username, auth.mechanism, session.ends.ip[0], session.ends.ip[1]});
    }
    if (auth.secret_in_clear) truth.alert_accounts[auth.username] |= result == "success";
  }
}

void add_tls(const SessionTruth& session, Truth& truth) {
  const bool accepted = session.tls == Tls::kStartTls;
  truth.starttls_offered += session.starttls_offered ? 1 : 0;
  truth.starttls_requested += session.verb("STARTTLS");
  truth.starttls_accepted += accepted ? 1 : 0;
  truth.starttls_established += accepted && session.tls_established ? 1 : 0;
  truth.implicit_tls += session.tls == Tls::kImplicit ? 1 : 0;
}

void add_attack(const SessionTruth& session, Truth& truth) {
  const Address& client = session.ends.ip[0];
  if (session.attack == Attack::kProbing) truth.probing.insert(client);
  if (session.attack == Attack::kGuessing) truth.guessing.insert(client);
  if (session.attack == Attack::kSpam) truth.spamming.insert(client);
}

}  // namespace

const char* name_of(TransactionEnd end) {
  constexpr const char* kNames[] = {"delivered", "message_refused", "mail_refused", "reset", "hello", "quit",
                                    "close"};
  return kNames[static_cast<std::size_t>(end)];
}

const char* status_of(const TransactionTruth& transaction) {
  if (transaction.end == TransactionEnd::kDelivered) return "delivered";
  const bool nobody = transaction.recipients != 0 && transaction.recipients == transaction.recipients_refused;
  const bool refused =
      transaction.end == TransactionEnd::kMessageRefused || transaction.end == TransactionEnd::kMailRefused;
  return refused || nobody || transaction.data_refused ? "rejected" : "abandoned";
}

std::uint32_t SessionTruth::verb(const char* name) const {
  const auto found = verbs.find(name);
  return found == verbs.end() ? 0 : found->second;
}

bool LeakedAccount::operator<(const LeakedAccount& that) const {
  return std::tie(username, mechanism, client, server) <
         std::tie(that.username, that.mechanism, that.client, that.server);
}

void Truth::add(const SessionTruth& session) {
  ++flows_mail;
  flows_left_open += session.stays_open ? 1 : 0;
  lossy_mail_sessions += session.tap.lost_packets != 0 ? 1 : 0;
  off_port += session.off_port ? 1 : 0;
  ended_by_reset += session.reset ? 1 : 0;
  ClientTruth& client = clients[session.ends.ip[0]];
  ++client.sessions;
  client.vrfy += session.verb("VRFY");
  client.expn += session.verb("EXPN");
  for (const auto& verb : session.verbs) verbs[verb.first] += verb.second;
  for (const auto& reply : session.replies) replies[reply.first] += reply.second;
  if (session.tls != Tls::kImplicit)
    smtp_events += session.transactions.empty() ? 1 : session.transactions.size();
  add_transactions(session, *this, client);
  add_auths(session, *this, client);
  add_tls(session, *this);
  add_attack(session, *this);
}

}  // namespace mailtap::traffic
