// SPDX-License-Identifier: Apache-2.0
// One mail transaction, told when it ends (EVENTS.md 'smtp'; RFC 5321 3.3). A session without any transaction
// gives one of these too, with has_mail false.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

enum class TransactionStatus : std::uint8_t { kNone, kDelivered, kRejected, kAbandoned, kIncomplete };
std::string_view name_of(TransactionStatus status);  // "delivered", ...; kNone is not told

struct Recipient {
  std::string_view address;  // as sent: "<a@b>"
  std::uint16_t code = 0;    // of the reply; 0: none was seen

  bool refused() const { return code >= 400; }

  template <typename Self, typename Codec>
  static void fields(Self& self, Codec& codec) {
    codec(self.code, self.address);
  }
};

// Of MAIL FROM. Empty: not given.
struct MailParams {
  std::uint64_t size = 0;
  bool has_size = false;
  bool smtputf8 = false;
  std::string_view body;   // 7BIT | 8BITMIME | BINARYMIME, as sent
  std::string_view ret;    // FULL | HDRS, as sent
  std::string_view envid;  // as sent
  std::string_view auth;   // as sent: "<>" or a mailbox

  template <typename Self, typename Codec>
  static void fields(Self& self, Codec& codec) {
    codec(self.size, self.has_size, self.smtputf8, self.body, self.ret, self.envid, self.auth);
  }
};

struct TransactionRecord {
  static constexpr RecordKind kKind = RecordKind::kTransaction;
  RecordHead head;
  FlowFacts flow;
  std::uint32_t tx_id = 0;  // counts from 0 in the session
  TransactionStatus status = TransactionStatus::kNone;
  TlsMode tls = TlsMode::kNone;
  bool has_mail = true;           // false: no MAIL in the whole session; mail_from and status are not told
  bool chunking = false;          // BDAT was used
  bool starttls_offered = false;  // by the server, in its last reply to EHLO
  bool ehlo_seen = false;         // without it `starttls_offered` false says nothing
  std::uint16_t last_code = 0;    // of last_reply; 0: none
  std::uint64_t size = 0;         // message octets, after dot-unstuffing
  std::uint32_t recipients_sent = 0;     // stays right when the list is cut
  std::uint32_t recipients_refused = 0;  // of them
  std::string_view helo;
  std::string_view mail_from;   // "<a@b>", as sent
  std::string_view last_reply;  // "250 2.0.0 Ok"; without line end; no text where it may repeat a secret
  std::string_view authenticated_as;
  MailParams params;
  std::span<const Recipient> recipients;  // every RCPT sent, in order

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
