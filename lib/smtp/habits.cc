// SPDX-License-Identifier: Apache-2.0
#include "smtp/habits.h"

#include <algorithm>
#include <iterator>

#include "smtp/auth_facts.h"
#include "smtp/command_parser.h"

namespace mailtap::smtp {

namespace {

constexpr std::uint64_t kFnvPrime = 0x0000'0100'0000'01b3;
constexpr std::uint8_t kCountMax = 99;
constexpr std::size_t kMechanismMax = 32;
constexpr std::size_t kHashDigits = 16;
static_assert(Habits::kTextSize == 8 + kHashDigits);

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view case_of(std::string_view word) {
  const auto lower = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_lower));
  const auto upper = static_cast<std::size_t>(std::count_if(word.begin(), word.end(), is_upper));
  if (lower == 0) return "/u";
  if (upper == 0) return "/l";
  return upper == 1 && is_upper(word.front()) ? "/c" : "/m";
}

char argument_kind(std::string_view argument) {
  if (argument.empty()) return 'n';
  if (argument.front() == '[') return 'l';
  const auto in_address = [](char c) { return is_digit(c) || c == '.' || c == ':'; };
  if (std::all_of(argument.begin(), argument.end(), in_address)) return 'a';
  return argument.find('.') != std::string_view::npos ? 'f' : 'b';
}

// The parameters of MAIL and RCPT that are in use. A word
// that is none of them may be a secret in the wrong place.
constexpr std::string_view kParams[] = {"SIZE",        "BODY",    "SMTPUTF8", "RET",        "ENVID",
                                        "AUTH",        "NOTIFY",  "ORCPT",    "HOLDFOR",    "HOLDUNTIL",
                                        "BY",          "MTRK",    "RRVS",     "REQUIRETLS", "CONPERM",
                                        "MT-PRIORITY", "SOLICIT", "TRANSID",  "XOORG",      "PRDR"};

bool is_known_param(std::string_view name) {
  return std::any_of(std::begin(kParams), std::end(kParams), [name](std::string_view known) {
    return name.size() == known.size() && starts_with_nocase(name, known);
  });
}

std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

}  // namespace

void Habits::mix(std::string_view text) {
  for (const char c : text) hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * kFnvPrime;
}

void Habits::take(Verb verb, std::string_view word, std::string_view behind, bool ahead) {
  const bool hello = verb == Verb::kEhlo || verb == Verb::kHelo || verb == Verb::kLhlo;
  broken_ = broken_ || (unsure_ && count_ == 0 && !hello);
  if (done() || broken_) return;
  ahead_ = ahead_ || ahead;
  const bool data = verb == Verb::kData || verb == Verb::kBdat;
  const bool first_rcpt = verb == Verb::kRcpt && !rcpt_seen_;
  if (mail_seen_ && !data && !first_rcpt) return;
  if (!mail_seen_ && count_ < kCountMax) ++count_;
  mail_seen_ = mail_seen_ || verb == Verb::kMail;
  rcpt_seen_ = rcpt_seen_ || verb == Verb::kRcpt;
  mix(name_of(verb));
  if (verb != Verb::kOther) mix(case_of(word));
  if (hello) take_hello(verb, behind);
  if (verb == Verb::kMail || verb == Verb::kRcpt) take_path(verb, behind);
  if (verb == Verb::kAuth) take_auth(behind);
  mix(";");
  if (data) data_ = verb == Verb::kData ? 'd' : 'b';
}

void Habits::take_hello(Verb verb, std::string_view behind) {
  hello_ = verb == Verb::kEhlo ? 'e' : verb == Verb::kHelo ? 'h' : 'l';
  argument_ = argument_kind(trimmed(behind));
  mix("/");
  mix({&argument_, 1});
}

void Habits::take_path(Verb verb, std::string_view behind) {
  const std::string_view text = path_and_params(behind, verb == Verb::kMail ? "FROM" : "TO");
  mix("/");
  // Without the keyword what stands here may be anything.
  const auto lead = static_cast<std::size_t>(text.data() - behind.data());
  if (behind.substr(0, lead).find(':') != std::string_view::npos)
    mix(behind.substr(0, std::min(lead, kLeadMax)));
  std::string_view params;
  const std::string_view path = smtp::take_path(text, params);
  mix(!path.empty() && path.front() == '<' ? "<" : "-");
  mix("/");
  std::string_view joint;
  for (std::size_t i = 0; i < kParamsMax; ++i) {
    const std::string_view param = take_word(params);
    if (param.empty()) break;
    const std::string_view name = param.substr(0, param.find('='));
    mix(joint);
    mix(is_known_param(name) ? name : "?");
    joint = ",";
  }
}

// A mechanism that nobody knows may be a secret in the wrong place.
void Habits::take_auth(std::string_view behind) {
  const AuthLine line = parse_auth(behind);
  ShortText<kMechanismMax> upper;
  upper.set(line.mechanism);
  std::transform(upper.bytes.begin(), upper.bytes.end(), upper.bytes.begin(),
                 [](char c) { return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c; });
  const bool known = line.mechanism.size() <= kMechanismMax && is_known_mechanism(upper.view());
  mix("/");
  mix(known ? upper.view() : "?");
  if (line.has_response) mix("=");
}

std::string_view Habits::told(Text& text, bool quit, bool end_seen) const {
  if (count_ == 0 || broken_) return {};
  constexpr std::string_view kDigits = "0123456789abcdef";
  const char pipelining = replies_unseen_ ? 'u' : ahead_ ? 'p' : 's';
  const char quits = quit ? 'q' : end_seen && !end_unseen_ ? 'n' : 'u';
  text = {hello_,
          argument_,
          data_,
          pipelining,
          quits,
          static_cast<char>('0' + count_ / 10),
          static_cast<char>('0' + count_ % 10),
          '_'};
  for (std::size_t i = 0; i < kHashDigits; ++i) text[kTextSize - 1 - i] = kDigits[(hash_ >> (4 * i)) & 0xf];
  return {text.data(), text.size()};
}

}  // namespace mailtap::smtp
