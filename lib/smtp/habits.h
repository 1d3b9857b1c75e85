// SPDX-License-Identifier: Apache-2.0
// How a client speaks, whatever it sends and to whom: mail software is told apart by what the standards leave
// open. Told as smtp_session.fingerprint (EVENTS.md), the same in every run and on every machine:
//
//   fingerprint = hello argument data pipelining quit count "_" hash           "efdpq02_9c0b1f6f4c2e8a77"
//   hello       e EHLO   h HELO   l LHLO   n none                       (the last one before the first MAIL)
//   argument    f name with a dot   b bare name   l literal in brackets   a address without brackets   n none
//   data        d DATA   b BDAT   n neither
//   pipelining  p a command was sent before the last one's reply   s none was   u cannot be known
//   quit        q QUIT was sent   n it was not   u cannot be known (gone to TLS, bytes missing, cut short)
//   count       commands up to the first MAIL, it included, two digits, 99 at most
//   hash        FNV-1a, 64 bits, 16 hexadecimal digits, over the habits, each ended by ";":
//
//   habit       verb "/" case [ "/" more ]         up to the first MAIL; then the first RCPT, DATA or BDAT
//   case        u EHLO   l ehlo   c Ehlo   m eHlO                         (of the verb; OTHER has none)
//   more        of EHLO, HELO, LHLO: argument as above
//               of MAIL, RCPT: what stands between verb and address, as sent, up to kLeadMax bytes; then
//                 "<" in brackets or "-" without; then "/" and the names of the parameters in order, as sent,
//                 "?" for one that is not known, joined by ","
//               of AUTH: the mechanism's name in upper case when it is a known one, else "?"; then "=" when a
//                 response came with it
//
// No address, name, response or unknown word goes into it, and how many messages or recipients follow changes
// nothing. Fixed size, no allocation; one a session.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "smtp/verb.h"

namespace mailtap::smtp {

class Habits {
 public:
  static constexpr std::size_t kLeadMax = 16;
  static constexpr std::size_t kParamsMax = 16;
  static constexpr std::size_t kTextSize = 24;
  using Text = std::array<char, kTextSize>;

  // A command as it was sent, `word` its verb's letters; `ahead`: sent while another waited for its reply.
  void take(Verb verb, std::string_view word, std::string_view behind, bool ahead);
  // The handshake was not seen: what the client begins with must be its hello, else something came before.
  void on_midstream() { unsure_ = true; }
  // Something the client said was not seen: before the habits are complete they cannot be told any more.
  void on_client_gap() {
    end_unseen_ = true;
    broken_ = broken_ || !done();
  }
  // Replies were not seen: whether the client waited for them cannot be known.
  void on_server_gap() { replies_unseen_ = replies_unseen_ || !done(); }

  // Empty when the client gave no command, or not all was seen. View into `text`.
  std::string_view told(Text& text, bool quit, bool end_seen) const;

 private:
  bool done() const { return data_ != 'n'; }
  void mix(std::string_view text);
  void take_hello(Verb verb, std::string_view behind);
  void take_path(Verb verb, std::string_view behind);
  void take_auth(std::string_view behind);

  std::uint64_t hash_ = 0xcbf2'9ce4'8422'2325;  // FNV's offset basis
  std::uint8_t count_ = 0;
  char hello_ = 'n';
  char argument_ = 'n';
  char data_ = 'n';
  bool mail_seen_ : 1 = false;
  bool rcpt_seen_ : 1 = false;
  bool ahead_ : 1 = false;
  bool unsure_ : 1 = false;
  bool broken_ : 1 = false;
  bool end_unseen_ : 1 = false;
  bool replies_unseen_ : 1 = false;
};

static_assert(sizeof(Habits) <= 16);

}  // namespace mailtap::smtp
