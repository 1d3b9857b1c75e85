// SPDX-License-Identifier: Apache-2.0
#include "smtp/probe.h"

#include <string_view>

#include "smtp/command_parser.h"

namespace mailtap::smtp {

namespace {

constexpr std::string_view kClientWords[] = {"EHLO ",  "HELO ",  "LHLO ",  "EHLO\r",     "HELO\r",
                                             "LHLO\r", "EHLO\n", "HELO\n", "MAIL FROM:", "RCPT TO:"};

bool contains_nocase(std::string_view text, std::string_view upper) {
  for (std::size_t i = 0; i + upper.size() <= text.size(); ++i) {
    if (starts_with_nocase(text.substr(i), upper)) return true;
  }
  return false;
}

// True when `text` is the beginning of `word`, in any case.
bool begins_word(std::string_view text, std::string_view word) {
  return text.size() < word.size() && starts_with_nocase(text, word.substr(0, text.size()));
}

// A proxy's line may stand in front (PROXY protocol, version 1).
std::string_view behind_proxy_line(std::string_view text) {
  if (!starts_with_nocase(text, "PROXY TCP")) return text;
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
}

Guess guess_client(std::string_view text) {
  text = behind_proxy_line(text);
  for (const std::string_view word : kClientWords) {
    if (starts_with_nocase(text, word)) return Guess::kSmtpClient;
  }
  for (const std::string_view word : kClientWords) {
    if (text.empty() || begins_word(text, word)) return Guess::kMaybe;
  }
  return Guess::kNo;
}

bool is_reply_start(std::string_view text) {
  if (!text.empty() && text[0] != '2') return false;
  if (text.size() >= 2 && (text[1] != '2' && text[1] != '5')) return false;
  if (text.size() >= 3 && text[2] != '0') return false;
  return text.size() < 4 || text[3] == ' ' || text[3] == '-';
}

// A greeting names the protocol on one of its lines; a reply to EHLO names an extension nobody else has.
Guess guess_server(std::string_view text) {
  if (!is_reply_start(text)) return Guess::kNo;
  if (text.size() < 5) return Guess::kMaybe;
  const std::size_t end = text.rfind('\n');
  const std::string_view whole = text.substr(0, end == std::string_view::npos ? 0 : end);
  const bool greeting = text[1] == '2';
  if (greeting && (contains_nocase(whole, "SMTP") || contains_nocase(whole, "LMTP")))
    return Guess::kSmtpServer;
  for (const std::string_view word :
       {"250-PIPELINING", "250-SIZE", "250-8BITMIME", "250-STARTTLS", "250-AUTH"}) {
    if (!greeting && contains_nocase(whole, word)) return Guess::kSmtpServer;
  }
  return text.size() < kGuessBytesMax && (greeting || text[3] == '-') ? Guess::kMaybe : Guess::kNo;
}

}  // namespace

Guess guess_role(Bytes first) {
  if (first.empty()) return Guess::kMaybe;
  const std::string_view text = as_text(first).substr(0, kGuessBytesMax);
  if (const Guess guess = guess_client(text); guess != Guess::kNo) {
    return guess == Guess::kMaybe && text.size() == kGuessBytesMax ? Guess::kNo : guess;
  }
  return guess_server(text);
}

}  // namespace mailtap::smtp
