// SPDX-License-Identifier: Apache-2.0
#include "smtp/command_parser.h"

#include <algorithm>
#include <limits>

namespace mailtap::smtp {

namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }
constexpr char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  std::size_t n = 0;
  while (n < text.size() && !is_blank(text[n])) ++n;
  const std::string_view word = text.substr(0, n);
  text.remove_prefix(n);
  return word;
}

bool parse_number(std::string_view text, std::uint64_t& number) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::int64_t>::max();
  if (text.empty()) return false;
  number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    const auto digit = static_cast<std::uint64_t>(c - '0');
    if (number > (kMax - digit) / 10) return false;
    number = number * 10 + digit;
  }
  return true;
}

void set_param(MailParams& params, std::string_view name, std::string_view value) {
  const auto is = [&](std::string_view other) {
    return name.size() == other.size() && starts_with_nocase(name, other);
  };
  if (is("SIZE")) params.has_size = parse_number(value, params.size);
  if (is("SMTPUTF8")) params.smtputf8 = true;
  if (is("BODY")) params.body = value;
  if (is("RET")) params.ret = value;
  if (is("ENVID")) params.envid = value;
  if (is("AUTH")) params.auth = value;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool starts_with_nocase(std::string_view text, std::string_view with) {
  if (text.size() < with.size()) return false;
  for (std::size_t i = 0; i < with.size(); ++i) {
    if (upper(text[i]) != with[i]) return false;
  }
  return true;
}

std::string_view path_and_params(std::string_view behind_verb, std::string_view keyword) {
  std::string_view text = trimmed(behind_verb);
  if (!starts_with_nocase(text, keyword)) return text;
  std::string_view rest = trimmed(text.substr(keyword.size()));
  if (rest.empty() || rest.front() != ':') return text;
  return trimmed(rest.substr(1));
}

std::string_view take_path(std::string_view text, std::string_view& rest) {
  std::size_t n = 0;
  if (!text.empty() && text.front() == '<') {
    bool quoted = false;
    while (n < text.size() && (quoted || text[n] != '>')) {
      if (text[n] == '\\' && quoted) ++n;
      if (n < text.size() && text[n] == '"') quoted = !quoted;
      ++n;
    }
    if (n >= text.size()) n = text.find('>');  // an open quote: the first bracket ends it
    n = n == std::string_view::npos ? text.size() : n + 1;
  } else {
    while (n < text.size() && !is_blank(text[n])) ++n;
  }
  rest = text.substr(n);
  return text.substr(0, n);
}

MailParams parse_mail_params(std::string_view text) {
  MailParams params;
  for (std::string_view word = take_word(text); !word.empty(); word = take_word(text)) {
    const std::size_t equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    set_param(params, word.substr(0, equals), has_value ? word.substr(equals + 1) : std::string_view{});
  }
  return params;
}

Bdat parse_bdat(std::string_view behind_verb) {
  Bdat bdat;
  bdat.size_known = parse_number(take_word(behind_verb), bdat.size);
  const std::string_view tail = trimmed(behind_verb);
  bdat.last = tail.size() == 4 && starts_with_nocase(tail, "LAST");
  bdat.valid = bdat.size_known && (bdat.last || tail.empty());
  if (!bdat.size_known) bdat.size = 0;
  return bdat;
}

AuthLine parse_auth(std::string_view behind_verb) {
  AuthLine line;
  line.mechanism = take_word(behind_verb);
  line.response = trimmed(behind_verb);
  line.has_response = !line.response.empty();
  return line;
}

bool offers_mechanism(std::string_view capabilities, std::string_view mechanism) {
  while (!capabilities.empty()) {
    const std::size_t end = capabilities.find('\n');
    std::string_view line = trimmed(capabilities.substr(0, end));
    capabilities.remove_prefix(end == std::string_view::npos ? capabilities.size() : end + 1);
    if (!starts_with_nocase(line, "AUTH ") && !starts_with_nocase(line, "AUTH=")) continue;
    line.remove_prefix(5);
    for (line = trimmed(line); !line.empty(); line = trimmed(line)) {
      const std::string_view word = take_word(line);
      const auto same = [](char a, char b) { return upper(a) == upper(b); };
      if (std::equal(word.begin(), word.end(), mechanism.begin(), mechanism.end(), same)) return true;
    }
  }
  return false;
}

bool is_certain_command(Verb verb, std::string_view behind_verb) {
  const std::string_view text = trimmed(behind_verb);
  switch (verb) {
    case Verb::kMail: return starts_with_nocase(text, "FROM:");
    case Verb::kRcpt: return starts_with_nocase(text, "TO:");
    case Verb::kBdat: return parse_bdat(text).valid;
    case Verb::kEhlo:
    case Verb::kHelo:
    case Verb::kLhlo: return !text.empty() && text.find(' ') == std::string_view::npos;
    case Verb::kAuth: return !text.empty();
    case Verb::kData:
    case Verb::kRset:
    case Verb::kQuit:
    case Verb::kStarttls:
    case Verb::kXAnonymoustls: return text.empty();
    default: return false;
  }
}

}  // namespace mailtap::smtp
