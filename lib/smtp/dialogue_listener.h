// SPDX-License-Identifier: Apache-2.0
// What a mail session tells. Views are valid during the call only. Nothing here holds a secret: what was
// one has been hashed with the key, or sealed. Called on the worker's thread, inside the Dialogue's calls;
// the listener must not call the Dialogue.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.h"
#include "base/time.h"
#include "smtp/verb.h"

namespace mailtap::smtp {

enum class Tls : std::uint8_t { kNone, kStarttls, kImplicit };

enum class Status : std::uint8_t {
  kNone,       // no MAIL in the whole session
  kDelivered,  // 2xx to the end of data
  kRejected,   // MAIL, every recipient, DATA or the message refused
  kAbandoned,  // ended by the client before the end of data
  kIncomplete  // what would tell was not seen
};

struct Recipient {
  std::string_view address;  // as sent: "<a@b>"
  std::uint16_t code = 0;    // of the reply; 0: none was seen

  bool refused() const { return code >= 400; }
};

// Of MAIL FROM (RFC 1870, 6152, 6531, 3461, 4954), as sent. Empty: not given.
struct MailParams {
  std::uint64_t size = 0;
  bool has_size = false;
  bool smtputf8 = false;
  std::string_view body;
  std::string_view ret;
  std::string_view envid;
  std::string_view auth;
};

// EVENTS.md 'smtp'.
struct Transaction {
  std::uint32_t tx_id = 0;  // counts from 0 in the session
  TimeNs end = 0;
  Status status = Status::kNone;
  Tls tls = Tls::kNone;
  bool has_mail = false;          // false: mail_from was not seen
  bool chunking = false;          // BDAT was used
  bool starttls_offered = false;  // in the server's last reply to EHLO
  bool ehlo_seen = false;         // without it starttls_offered false says nothing
  std::uint16_t last_code = 0;    // of last_reply; 0: none
  std::uint64_t size = 0;         // message octets, after dot-unstuffing, the last CRLF included
  std::uint32_t recipients_sent = 0;
  std::uint32_t recipients_refused = 0;  // of them
  std::string_view helo;
  std::string_view mail_from;  // "<a@b>", as sent
  // "250 2.0.0 Ok"; the last line of it, without line end. Code and enhanced status alone where the text may
  // repeat a secret: codes of AUTH, and refusals after an AUTH or a gap. The text of an accepted reply is
  // told as it is, for it names the message.
  std::string_view last_reply;
  std::string_view authenticated_as;
  MailParams params;
  std::span<const Recipient> recipients;  // in order; cut at SmtpSettings::recipients_max
};

enum class AuthResult : std::uint8_t { kUnknown, kSuccess, kFailure, kAborted };
enum class SecretKind : std::uint8_t { kNone, kPassword, kToken, kResponse };
using SecretHash = std::array<std::uint8_t, 16>;

// EVENTS.md 'smtp_auth'; RFC 4954.
struct AuthExchange {
  TimeNs start = 0;
  TimeNs end = 0;
  AuthResult result = AuthResult::kUnknown;
  SecretKind secret_kind = SecretKind::kNone;
  Tls tls = Tls::kNone;
  bool cleartext = true;
  bool initial_response = false;
  std::uint16_t code = 0;      // of `reply`; 0: none was seen
  SecretHash hmac{};           // of user and secret
  SecretHash secret_alone{};   // of the secret alone; must not leave the process
  std::string_view mechanism;  // upper case
  std::string_view username;   // authcid
  std::string_view authzid;
  std::string_view reply;    // code and enhanced status alone ("535 5.7.8"): its text may repeat the secret
  Bytes sealed;              // empty without a Sealer
  bool sealed_lost = false;  // with one, but there was no room to keep it
};

// VRFY or EXPN, when its reply is known or will not come.
struct Probe {
  Verb verb = Verb::kVrfy;
  std::uint16_t code = 0;  // 0: no reply was seen
};

enum class Anomaly : std::uint8_t {
  // Suricata's names where the meaning is the same
  kInvalidReply,
  kUnableToMatchReplyWithRequest,
  kMaxCommandLineLenExceeded,
  kMaxReplyLineLenExceeded,
  kInvalidPipelinedSequence,  // sent behind DATA or STARTTLS, before the reply (RFC 2920 3.1)
  kBdatChunkLenExceeded,      // what stands behind a chunk is no command: it was longer than it said
  kNoServerWelcomeMessage,
  kTlsRejected,
  kDataCommandRejected,
  kInvalidBdat,
  // ours
  kReplyCodesDiffer,           // in the lines of one reply
  kRcptWithoutMail,            // refused or not
  kNotSmtp,                    // on a mail port; the session is given up
  kStarttlsCommandInjection,   // CVE-2011-0411: client bytes behind STARTTLS that are not a TLS record
  kStarttlsResponseInjection,  // server bytes behind the 220 that are not a TLS record
  kPendingCommandsExceeded,    // more commands without a reply than are kept
  kTextLimitExceeded,          // recipients, names or capabilities were cut
  kMalformedAuth,              // a response to AUTH that its mechanism does not know; no name is told from it
  kCount
};

std::string_view name_of(Anomaly anomaly);  // "INVALID_REPLY", ...

enum class EndReason : std::uint8_t { kFin, kRst, kTimeout, kEvicted, kShutdown };

struct VerbCount {
  Verb verb = Verb::kOther;
  std::uint32_t count = 0;
};

struct CodeCount {
  std::uint16_t code = 0;
  std::uint32_t count = 0;
};

// EVENTS.md 'smtp_session'.
struct SessionSummary {
  TimeNs end = 0;
  EndReason end_reason = EndReason::kFin;
  Tls tls = Tls::kNone;
  bool not_smtp = false;  // given up; nothing else is to be trusted
  bool starttls_offered = false;
  bool starttls_requested = false;
  bool starttls_accepted = false;
  bool starttls_established = false;
  bool ehlo_seen = false;
  std::uint32_t transactions = 0;
  std::uint32_t messages = 0;             // delivered
  std::uint32_t recipients = 0;           // RCPT sent
  std::uint32_t recipients_rejected = 0;  // of them
  std::uint32_t auth_attempts = 0;
  std::uint32_t auth_successes = 0;
  std::string_view banner;  // text of the greeting's first line, without its code
  std::string_view helo;
  std::span<const std::string_view> capabilities;  // as sent, the server's name not among them
  std::span<const VerbCount> commands;             // those that were used
  std::span<const CodeCount> replies;              // ascending
  std::uint32_t replies_other = 0;                 // with codes that are not listed
  std::string_view fingerprint;                    // habits.h; empty: cannot be told
};

class DialogueListener {
 public:
  virtual ~DialogueListener() = default;
  virtual void on_transaction(const Transaction& transaction) = 0;
  virtual void on_auth(const AuthExchange& exchange) = 0;
  virtual void on_probe(const Probe& probe, TimeNs time) = 0;
  // At most one of a kind a session.
  virtual void on_anomaly(Anomaly anomaly, TimeNs time) = 0;
  // Once, and last; not at all for a session in which nobody said anything.
  virtual void on_session_end(const SessionSummary& summary) = 0;
};

}  // namespace mailtap::smtp
