// SPDX-License-Identifier: Apache-2.0
// One mail transaction: MAIL, RCPT, then DATA (RFC 5321 3.3) or BDAT (RFC 3030), or what keeps it from there.
#include <algorithm>
#include <string>

#include "mail_session.h"

namespace mailtap::traffic {

void MailSession::transaction() {
  const MailOptions& mail = options_.mail;
  TransactionTruth truth;
  truth.mail_from = "<user" + std::to_string(random_.below(5000)) + "@" + plan_.client_domain + ">";
  std::uint64_t octets = random_.log_normal(mail.size_median, mail.size_sigma, mail.size_max);
  if (plan_.octets_max != 0) octets = std::min(octets, plan_.octets_max);
  if (open(truth, octets)) {
    const std::uint32_t accepted = recipients(truth);
    if (abandon(truth)) {
    } else if (accepted == 0) {
      nobody_accepted(truth);
    } else if (!plan_.chunking && plan_.recipients == 0 && chance(mail.data_refused)) {
      refuse_data(truth);
    } else if (plan_.chunking) {
      send_chunks(truth, octets);
    } else {
      send_data(truth, octets);
    }
  }
  truth_.transactions.push_back(std::move(truth));
}

bool MailSession::open(TransactionTruth& mail, std::uint64_t octets) {
  std::string rest = " FROM:" + mail.mail_from;
  if (!plan_.old_hello && chance(0.6)) rest += " SIZE=" + std::to_string(octets + 400);
  if (!plan_.old_hello && chance(0.3)) rest += " BODY=8BITMIME";
  say("MAIL", rest);
  if (plan_.recipients != 0 || !chance(options_.mail.mail_refused)) {
    answer(250, "2.1.0 Ok");
    return true;
  }
  mail.end = TransactionEnd::kMailRefused;
  if (chance(0.5))
    answer(550, "5.7.1 Sender not welcome");
  else
    answer(451, "4.3.0 Try again later");
  sync();
  if (!chance(0.5)) return false;
  say("RSET");
  answer(250, "2.0.0 Ok");
  return false;
}

// Returns how many were accepted.
std::uint32_t MailSession::recipients(TransactionTruth& mail) {
  std::uint32_t count = plan_.recipients;
  if (count == 0)
    count = 1 + (chance(0.3) ? random_.between(1, 4) : 0) + (chance(0.04) ? random_.below(15) : 0);
  if (plan_.recipients == 0) count = std::min(count, plan_.recipients_max);
  for (std::uint32_t i = 0; i < count; ++i) {
    say("RCPT", " TO:<to" + std::to_string(random_.below(20000)) + "@" + plan_.server_domain + ">");
    ++mail.recipients;
    if (plan_.recipients == 0 && chance(options_.mail.recipients_refused)) {
      ++mail.recipients_refused;
      answer_long(550, "5.1.1 User unknown");
    } else {
      answer(250, "2.1.5 Ok");
    }
  }
  return mail.recipients - mail.recipients_refused;
}

bool MailSession::abandon(TransactionTruth& mail) {
  if (plan_.recipients != 0 || !chance(options_.mail.abandoned)) return false;
  constexpr TransactionEnd kEnds[] = {TransactionEnd::kReset, TransactionEnd::kHello, TransactionEnd::kQuit,
                                      TransactionEnd::kClose};
  mail.end = kEnds[random_.below(4)];
  if (mail.end == TransactionEnd::kReset) {
    say("RSET");
    answer(250, "2.0.0 Ok");
  } else if (mail.end == TransactionEnd::kHello) {
    sync();
    hello();
    step_ = Step::kTransactions;
  } else {
    sync();
    plan_.transactions = 0;
    step_ = mail.end == TransactionEnd::kQuit ? Step::kQuit : Step::kEnd;
  }
  return true;
}

void MailSession::refuse_data(TransactionTruth& mail) {
  mail.data_refused = true;
  say("DATA");
  answer(451, "4.3.0 Mail server temporarily rejected message");
  sync();
  mail.end = chance(0.7) ? TransactionEnd::kReset : TransactionEnd::kQuit;
  if (mail.end == TransactionEnd::kReset) {
    say("RSET");
    answer(250, "2.0.0 Ok");
  } else {
    plan_.transactions = 0;
  }
}

// RFC 2920 3.1: a server may refuse DATA then, or go ahead, and a client that pipelined sends the dot alone.
void MailSession::nobody_accepted(TransactionTruth& mail) {
  const bool goes_ahead = !plan_.chunking && chance(0.3);
  if (goes_ahead) {
    say("DATA");
    answer(354, "Go ahead");
    sync();
    send({".\r\n", {}});
    mail.end = TransactionEnd::kMessageRefused;
    answer(554, "5.5.1 Error: no valid recipients");
    return sync();
  }
  if (!plan_.chunking && plan_.pipelining) {
    mail.data_refused = true;
    say("DATA");
    answer(554, "5.5.1 Error: no valid recipients");
    sync();
  }
  mail.end = TransactionEnd::kReset;
  say("RSET");
  answer(250, "2.0.0 Ok");
}

std::string MailSession::header(const TransactionTruth& mail) {
  const std::string number = std::to_string(random_.next() % 1000000000);
  return "From: " + mail.mail_from + "\r\nTo: undisclosed-recipients:;\r\nSubject: Report " + number +
         "\r\nDate: Mon, 2 Mar 2026 10:00:00 +0100\r\nMessage-ID: <" + number + "@" + plan_.client_domain +
         ">\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
}

void MailSession::send_data(TransactionTruth& mail, std::uint64_t octets) {
  const Material::Body body = material_.body(random_, octets);
  std::string head = header(mail);
  mail.octets = head.size() + body.plain.length;
  say("DATA");
  answer(354, "End data with <CR><LF>.<CR><LF>");
  sync();
  send({std::move(head), body.stuffed});
  send({".\r\n", {}});
  judge(mail, plan_.recipients == 0 && chance(options_.mail.message_refused));
}

void MailSession::send_chunks(TransactionTruth& mail, std::uint64_t octets) {
  Bulk rest = material_.body(random_, octets).plain;
  std::string head = header(mail);
  mail.octets = head.size() + rest.length;
  mail.chunking = true;
  const bool refused = plan_.recipients == 0 && chance(options_.mail.message_refused);
  const bool empty_last = chance(0.3);
  const std::uint32_t chunks = random_.between(1, 4);
  for (std::uint32_t i = chunks; i > 0; --i) {
    Bulk part = rest;
    if (i > 1) part.length = rest.length == 0 ? 0 : random_.next() % rest.length;
    rest.position += part.length;
    rest.length -= part.length;
    const bool last = i == 1 && !empty_last;
    const std::string size = std::to_string(head.size() + part.length);
    say("BDAT", " " + size + (last ? " LAST" : ""), Piece{std::move(head), part});
    head.clear();
    if (!last) answer(250, "2.0.0 Ok: " + size + " octets received");
  }
  if (empty_last) say("BDAT", " 0 LAST");
  judge(mail, refused);
}

// The verdict on the message. What follows may share the turn with its last bytes.
void MailSession::judge(TransactionTruth& mail, bool refused) {
  mail.end = refused ? TransactionEnd::kMessageRefused : TransactionEnd::kDelivered;
  if (refused)
    answer_long(554, "5.7.1 Message content not welcome");
  else
    answer_long(250, "2.0.0 Ok: queued as " + std::to_string(random_.below(1000000)));
  if (!chance(0.5)) sync();
}

}  // namespace mailtap::traffic
