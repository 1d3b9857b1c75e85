// SPDX-License-Identifier: Apache-2.0
// One AUTH exchange (EVENTS.md 'smtp_auth'; RFC 4954). The secret itself never enters a record: what stands
// here was hashed with the key, or sealed, on the worker.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "event/record.h"

namespace mailtap {

class RecordReader;
class RecordWriter;

enum class AuthResult : std::uint8_t { kUnknown, kSuccess, kFailure, kAborted };
std::string_view name_of(AuthResult result);

enum class SecretKind : std::uint8_t { kNone, kPassword, kToken, kResponse };
std::string_view name_of(SecretKind kind);  // kNone is not told

using SecretHash = std::array<std::uint8_t, 16>;

struct AuthRecord {
  static constexpr RecordKind kKind = RecordKind::kAuth;
  RecordHead head;
  FlowFacts flow;
  AuthResult result = AuthResult::kUnknown;
  SecretKind secret_kind = SecretKind::kNone;
  TlsMode tls = TlsMode::kNone;
  bool cleartext = true;  // seen without TLS
  bool initial_response = false;
  std::uint16_t code = 0;      // of `reply`; 0: none was seen
  SecretHash hmac{};           // keyed hash of user and secret; told
  SecretHash secret_alone{};   // keyed hash of the secret alone, to see one secret tried on many accounts;
                               // never leaves the process
  std::string_view mechanism;  // upper case
  std::string_view username;   // authcid
  std::string_view authzid;
  std::string_view reply;    // "535 5.7.8": code and enhanced status, for the text may repeat the secret
  Bytes sealed;              // to the operator's public key; empty when none is configured
  bool sealed_lost = false;  // one is configured, but there was no room for what was sealed

  void write(RecordWriter& writer) const;
  void read(RecordReader& reader);
};

}  // namespace mailtap
