// SPDX-License-Identifier: Apache-2.0
// What auth_state.cc keeps in its page, and the readers of single mechanisms. Of this room only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/time.h"
#include "smtp/dialogue_listener.h"
#include "smtp/smtp_settings.h"
#include "smtp/text_chain.h"

namespace mailtap::smtp {

enum class Mechanism : std::uint8_t {
  kPlain,
  kLogin,
  kCramMd5,
  kDigestMd5,
  kXoauth2,
  kOauthbearer,
  kScram,
  kExternal,
  kNtlm,
  kOther
};

Mechanism mechanism_of(std::string_view upper);
bool is_known_mechanism(std::string_view upper);  // by everybody: its name cannot be a secret
// UTF-8 without control characters; other bytes may be a secret that was sent without base64.
bool is_name(std::string_view text);

// Text of a bounded length; the rest is cut.
template <std::size_t N>
struct ShortText {
  std::uint16_t size = 0;
  std::array<char, N> bytes{};

  void set(std::string_view text) {
    size = static_cast<std::uint16_t>(std::min(text.size(), N));
    if (size > 0) std::memcpy(bytes.data(), text.data(), size);
  }
  std::string_view view() const { return {bytes.data(), size}; }
};

// What the last 334 asked for, in base64 or in clear.
enum class Asked : std::uint8_t { kUnknown, kUser, kPassword, kUserInClear, kPasswordInClear };

struct AuthFacts {
  TimeNs start = 0;
  SecretHash hmac{};
  SecretHash secret_alone{};
  SecretKind secret_kind = SecretKind::kNone;
  Mechanism mechanism = Mechanism::kOther;
  bool initial_response = false;
  bool aborted = false;
  bool complete = false;
  bool malformed = false;     // a response was not what the mechanism asks for
  bool raw = false;           // LOGIN: the first answer was no name in base64
  bool name_doubted = false;  // LOGIN: `username` came in clear and may yet turn out to be something else
  bool sealed_lost = false;
  bool line_lost = false;  // a response may be missing: the later ones are not read
  Asked asked = Asked::kUnknown;
  std::uint8_t responses = 0;
  TextChain sealed;
  ShortText<32> name;
  ShortText<256> username;
  ShortText<128> authzid;
};

static_assert(std::is_trivially_copyable_v<AuthFacts> && sizeof(AuthFacts) <= kSmtpTextPageSize);

// What one response brought; views into the caller's wiped memory. A malformed one has no names: any part of
// it may be the secret.
struct Response {
  std::string_view username;
  std::string_view authzid;
  std::string_view secret;
  SecretKind kind = SecretKind::kNone;
  bool complete = false;
  bool malformed = false;
};

// `text` is decoded, `line` as it was sent. Not `decoded`: the line is no base64, and `text` what stands
// before its fault.
Response read_response(AuthFacts& facts, std::string_view text, std::string_view line, bool decoded);

}  // namespace mailtap::smtp
