// SPDX-License-Identifier: Apache-2.0
#include "mail_session.h"

#include <algorithm>
#include <utility>

#include "other_scripts.h"

namespace mailtap::traffic {

MailSession::MailSession(MailPlan plan, const Options& options, const Material& material, Random random,
                         SessionTruth& truth)
    : plan_(std::move(plan)), options_(options), material_(material), random_(random), truth_(truth) {
  truth_.ends = plan_.ends;
  truth_.tls = plan_.tls;
  truth_.attack = plan_.attack;
  truth_.stays_open = plan_.ending == Ending::kStaysOpen;
  truth_.reset = plan_.ending == Ending::kClientResets;
}

bool MailSession::next(Turn& turn) {
  while (turn_ == turns_.size()) {
    turns_.clear();
    turn_ = 0;
    if (step_ == Step::kEnd) return false;
    make_step();
  }
  turn = std::move(turns_[turn_++]);
  return true;
}

void MailSession::make_step() {
  switch (step_) {
    case Step::kGreeting: return greeting();
    case Step::kHello: return hello();
    case Step::kStartTls: return start_tls();
    case Step::kTls: return whole_tls();
    case Step::kAuth: return authenticate();
    case Step::kExtras: return extras();
    case Step::kTransactions: return transactions();
    case Step::kQuit: return quit();
    case Step::kEnd: return;
  }
}

void MailSession::greeting() {
  if (plan_.tls == Tls::kImplicit) {
    step_ = Step::kTls;
    return;
  }
  answer_long(220, plan_.server_name + " ESMTP ready");
  sync();
  step_ = Step::kHello;
}

void MailSession::hello() {
  truth_.hello = true;
  step_ = Step::kStartTls;
  if (plan_.old_hello) {
    say("HELO", " " + plan_.client_name);
    answer(250, plan_.server_name);
    return sync();
  }
  std::string text =
      plan_.server_name + " greets " + plan_.client_name + "\nSIZE 52428800\n8BITMIME\nPIPELINING\n";
  if (plan_.chunking || chance(0.5)) text += "CHUNKING\n";
  if (plan_.offers_starttls) text += "STARTTLS\n";
  text += "AUTH PLAIN LOGIN CRAM-MD5 DIGEST-MD5 NTLM GSSAPI XOAUTH2 SCRAM-SHA-256\nENHANCEDSTATUSCODES";
  truth_.starttls_offered = truth_.starttls_offered || plan_.offers_starttls;
  say("EHLO", " " + plan_.client_name);
  answer(250, text);
  sync();
}

void MailSession::start_tls() {
  step_ = plan_.ending == Ending::kStaysOpen ? Step::kEnd : Step::kAuth;
  if (plan_.tls != Tls::kStartTls && plan_.tls != Tls::kStartTlsRefused) return;
  say("STARTTLS");
  if (plan_.tls == Tls::kStartTlsRefused) {
    answer(454, "4.7.0 TLS not available due to temporary reason");
  } else {
    answer(220, "2.0.0 Ready to start TLS");
    step_ = Step::kTls;
  }
  sync();
}

// From here on nothing can be read; the message goes up, the server says little.
void MailSession::whole_tls() {
  truth_.tls_established = true;
  const MailOptions& mail = options_.mail;
  const std::uint64_t octets = random_.log_normal(mail.size_median, mail.size_sigma, mail.size_max);
  for (std::uint32_t i = 0; i < kTlsTurns; ++i)
    turns_.push_back(tls_turn(material_, random_, i, octets, 200));
  step_ = Step::kEnd;
}

void MailSession::extras() {
  step_ = Step::kTransactions;
  for (std::uint32_t i = 0; i < plan_.probes; ++i) probe();
  if (plan_.one_vrfy) probe();
  if (chance(0.03)) {
    say("NOOP");
    answer(250, "2.0.0 Ok");
  }
  if (chance(0.01)) {
    say("HELP");
    answer(214, "2.0.0 Commands:\nHELO EHLO MAIL RCPT DATA\nEnd of help");
  }
}

void MailSession::probe() {
  const std::string who = "user" + std::to_string(random_.below(10000));
  const bool expand = chance(0.3);
  const std::uint32_t luck = random_.below(3);
  say(expand ? "EXPN" : "VRFY", " " + who);
  if (luck == 0)
    answer_long(250, "2.1.5 <" + who + "@" + plan_.server_domain + ">");
  else if (luck == 1 && !expand)
    answer(252, "2.0.0 Cannot verify the user");
  else
    answer(550, "5.1.1 No such user here");
}

void MailSession::transactions() {
  if (plan_.transactions == 0) {
    step_ = Step::kQuit;
    return;
  }
  --plan_.transactions;
  transaction();
}

void MailSession::quit() {
  step_ = Step::kEnd;
  say("QUIT");
  answer_long(221, "2.0.0 Bye");
  sync();
}

void MailSession::say(const std::string& verb, const std::string& rest, Piece tail) {
  ++truth_.verbs[verb];
  std::string line = verb;
  if (plan_.lower_case) {
    for (char& letter : line) letter = static_cast<char>(letter | 0x20);
  }
  line += rest + "\r\n" + tail.text;
  client_.add(Piece{std::move(line), tail.bulk});
}

void MailSession::answer(std::uint16_t code, const std::string& text) {
  ++truth_.replies[code];
  const std::string number = std::to_string(code);
  std::string reply;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n', at)) {
    reply += number + "-" + text.substr(at, end - at) + "\r\n";
    at = end + 1;
  }
  server_.add(reply + number + " " + text.substr(at) + "\r\n");
  if (!plan_.pipelining) sync();
}

void MailSession::answer_long(std::uint16_t code, const std::string& text) {
  const bool several = chance(options_.mail.multi_line);
  answer(code, several ? text + "\nthe same again, 250 times over\n" + text : text);
}

void MailSession::sync() {
  for (Turn* turn : {&client_, &server_}) {
    const Side from = turn->from();
    if (turn->remaining() != 0) turns_.push_back(std::move(*turn));
    *turn = Turn(from, "");
  }
}

}  // namespace mailtap::traffic
