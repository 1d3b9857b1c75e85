// SPDX-License-Identifier: Apache-2.0
// AUTH (RFC 4954): PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195), bearer tokens (XOAUTH2), and the outer shape
// of the other mechanisms, whose responses are noise.
#include <string>

#include "base64.h"
#include "mail_session.h"

namespace mailtap::traffic {
namespace {

std::string hex(Random& random, std::size_t digits) {
  std::string text;
  while (text.size() < digits) text += "0123456789abcdef"[random.below(16)];
  return text;
}

}  // namespace

void MailSession::authenticate() {
  step_ = Step::kExtras;
  if (plan_.auth.mechanism.empty()) return;
  const AuthPlan& auth = plan_.auth;
  for (std::uint32_t i = 0; i < auth.attempts; ++i) one_auth(auth.secret + (auth.guesses ? i : 0));
  if (auth.outcome != AuthOutcome::kSuccess) plan_.transactions = 0;
}

void MailSession::one_auth(std::uint64_t number) {
  AuthTruth auth;
  auth.mechanism = plan_.auth.mechanism;
  const std::string secret = options_.canary + "-" + std::to_string(number);
  if (auth.mechanism == "PLAIN")
    auth_plain(secret, auth);
  else if (auth.mechanism == "LOGIN")
    auth_login(secret, auth);
  else if (auth.mechanism == "XOAUTH2")
    auth_token(secret, auth);
  else
    auth_challenge(auth);
  truth_.auths.push_back(std::move(auth));
}

void MailSession::auth_plain(const std::string& secret, AuthTruth& auth) {
  const std::string authzid = chance(0.1) ? plan_.auth.username : "";
  const std::string response = to_base64(authzid + '\0' + plan_.auth.username + '\0' + secret);
  if (plan_.auth.outcome != AuthOutcome::kAborted && chance(0.7)) {
    say("AUTH", " PLAIN " + response);
  } else {
    say("AUTH", " PLAIN");
    answer(334, "");
    sync();
    if (abort(auth)) return;
    send({response + "\r\n", {}});
  }
  auth.username = plan_.auth.username;
  auth.secret_in_clear = true;
  verdict(auth);
}

void MailSession::auth_login(const std::string& secret, AuthTruth& auth) {
  const std::string user = to_base64(plan_.auth.username);
  if (chance(0.3)) {
    say("AUTH", " LOGIN " + user);
  } else {
    say("AUTH", " LOGIN");
    answer(334, "VXNlcm5hbWU6");
    sync();
    if (abort(auth)) return;
    send({user + "\r\n", {}});
  }
  answer(334, "UGFzc3dvcmQ6");
  sync();
  if (abort(auth)) return;
  send({to_base64(secret) + "\r\n", {}});
  auth.username = plan_.auth.username;
  auth.secret_in_clear = true;
  verdict(auth);
}

// The client answers a challenge; DIGEST-MD5 and SCRAM end with an empty response to the server's own proof.
void MailSession::auth_challenge(AuthTruth& auth) {
  say("AUTH", " " + auth.mechanism);
  answer(334, to_base64("<" + hex(random_, 12) + "@" + plan_.server_name + ">"));
  sync();
  if (abort(auth)) return;
  const bool named = auth.mechanism == "CRAM-MD5";
  send({to_base64(named ? plan_.auth.username + " " + hex(random_, 32) : "n,," + hex(random_, 60)) + "\r\n",
        {}});
  const bool proof = auth.mechanism == "DIGEST-MD5" || auth.mechanism == "SCRAM-SHA-256";
  if (proof && plan_.auth.outcome == AuthOutcome::kSuccess) {
    answer(334, to_base64("v=" + hex(random_, 40)));
    sync();
    send({"\r\n", {}});
  }
  if (named) auth.username = plan_.auth.username;
  verdict(auth);
}

void MailSession::auth_token(const std::string& secret, AuthTruth& auth) {
  say("AUTH", " XOAUTH2 " + to_base64("user=" + plan_.auth.username +
                                      "\x01"
                                      "auth=Bearer " +
                                      secret + "\x01\x01"));
  auth.username = plan_.auth.username;
  auth.secret_in_clear = true;
  if (plan_.auth.outcome != AuthOutcome::kSuccess) {
    answer(334, to_base64("{\"status\":\"401\",\"schemes\":\"bearer\"}"));
    sync();
    send({"\r\n", {}});
  }
  verdict(auth);
}

void MailSession::verdict(AuthTruth& auth) {
  const bool good = plan_.auth.outcome == AuthOutcome::kSuccess;
  auth.result = good ? "success" : "failure";
  if (good)
    answer(235, "2.7.0 Authentication successful");
  else
    answer(535, "5.7.8 Error: authentication failed");
  sync();
}

bool MailSession::abort(AuthTruth& auth) {
  if (plan_.auth.outcome != AuthOutcome::kAborted) return false;
  auth.result = "aborted";
  send({"*\r\n", {}});
  answer(501, "5.7.0 Authentication aborted");
  sync();
  return true;
}

}  // namespace mailtap::traffic
