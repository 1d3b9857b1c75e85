// SPDX-License-Identifier: Apache-2.0
// The words of EVENTS.md for the enums of this room. A value outside its enum has no name.
#include <array>

#include "event/alert.h"
#include "event/records.h"

namespace mailtap {

namespace {

template <std::size_t N, typename Enum>
std::string_view pick(const std::array<std::string_view, N>& names, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? names[index] : std::string_view{};
}

}  // namespace

std::string_view name_of(RecordKind kind) {
  static constexpr std::array<std::string_view, kRecordKinds> kNames{
      "transaction", "auth", "session", "anomaly", "probe", "finding", "host_delta", "stats"};
  return pick(kNames, kind);
}

std::string_view name_of(TlsMode mode) {
  static constexpr std::array<std::string_view, 3> kNames{"none", "starttls", "implicit"};
  return pick(kNames, mode);
}

std::string_view name_of(TransactionStatus status) {
  static constexpr std::array<std::string_view, 5> kNames{"", "delivered", "rejected", "abandoned",
                                                          "incomplete"};
  return pick(kNames, status);
}

std::string_view name_of(AuthResult result) {
  static constexpr std::array<std::string_view, 4> kNames{"unknown", "success", "failure", "aborted"};
  return pick(kNames, result);
}

std::string_view name_of(SecretKind kind) {
  static constexpr std::array<std::string_view, 4> kNames{"", "password", "token", "response"};
  return pick(kNames, kind);
}

std::string_view name_of(EndReason reason) {
  static constexpr std::array<std::string_view, 5> kNames{"fin", "rst", "timeout", "evicted", "shutdown"};
  return pick(kNames, reason);
}

std::string_view name_of(ProbeVerb verb) {
  static constexpr std::array<std::string_view, 2> kNames{"VRFY", "EXPN"};
  return pick(kNames, verb);
}

std::string_view name_of(AlertState state) {
  static constexpr std::array<std::string_view, 3> kNames{"opened", "grown", "closed"};
  return pick(kNames, state);
}

std::string_view name_of(SubjectType type) {
  static constexpr std::array<std::string_view, 4> kNames{"host", "server", "account", "flow"};
  return pick(kNames, type);
}

std::string_view name_of(HostColumn column) {
  static constexpr std::array<std::string_view, kHostColumns> kNames{
      "sessions", "messages", "recipients",         "rejected",     "auth_attempts", "auth_failures",
      "vrfy",     "expn",     "cleartext_messages", "tls_sessions", "bytes"};
  return pick(kNames, column);
}

}  // namespace mailtap
