// SPDX-License-Identifier: Apache-2.0
// One AUTH exchange while it lasts (RFC 4954; 4616 PLAIN, 2195 CRAM-MD5, 2831 DIGEST-MD5, 5802 SCRAM, 7628
// OAUTHBEARER, 4505 ANONYMOUS; LOGIN and XOAUTH2 have none). A secret is hashed, and sealed if a key is
// given, in the call that brings it, out of memory that is wiped; only hashes, names and what is sealed stay,
// in pages. What cannot be told from a secret is never told as a name: a response that is no base64, a PLAIN
// token without three parts, a CRAM-MD5 answer without a digest, the second answer to LOGIN whatever was
// asked for. The one exception is LOGIN with prompts in clear (read_login_name). A name that stands in the
// place of a name is taken for one: a client that encodes its password as user name is not found out. What is
// decoded: names of PLAIN, LOGIN, CRAM-MD5, DIGEST-MD5, XOAUTH2, OAUTHBEARER, SCRAM, EXTERNAL. Other
// mechanisms are told by name; their responses are read past.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/page_pool.h"
#include "base/time.h"
#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"
#include "smtp/command_parser.h"
#include "smtp/dialogue_listener.h"
#include "smtp/smtp_scratch.h"

namespace mailtap::smtp {

// Of the worker; the scratch is used during a call only.
struct AuthTools {
  PagePool& pool;
  const KeyedHash& hash;
  Sealer* sealer;  // may be null
  SmtpScratch& scratch;
};

class AuthState {
 public:
  // False when there is no page: the exchange is then followed but not told.
  // A mechanism that is neither known nor `offered` by the server may be a misplaced secret: it is told as
  // UNKNOWN.
  bool begin(PagePool& pool, std::string_view mechanism, bool offered, TimeNs time);
  // A response line, or the initial response; `cut`: its end is missing, it tells nothing.
  void respond(AuthTools tools, std::string_view line, bool initial, bool cut);
  // The text of a 334: what LOGIN is asked for.
  void prompt(PagePool& pool, std::string_view text);
  // Something of what the client said is missing: which response the next one is cannot be known, and what
  // may be a password must not be taken for a name. Later responses tell nothing.
  void lose_line(PagePool& pool);
  // A response was not what the mechanism asks for.
  bool malformed(const PagePool& pool) const;
  bool active() const { return page_ != kNoPage; }
  // The client has nothing more to say.
  bool complete(const PagePool& pool) const;
  // Views into the page and the scratch, valid until clear() and the next call with this scratch.
  AuthExchange told(const PagePool& pool, SmtpScratch& scratch) const;
  void clear(PagePool& pool);

 private:
  PageIndex page_ = kNoPage;
};

}  // namespace mailtap::smtp
