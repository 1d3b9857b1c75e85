// SPDX-License-Identifier: Apache-2.0
// Dialogues written as text: "C: ..." and "S: ..." lines, each sent with CRLF, as one chunk a line. What the
// listener is told comes back as lines of text, without times.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/pattern_set.h"
#include "smtp/dialogue.h"

namespace mailtap::smtp::test {

struct Said {
  Role role = Role::kClient;
  std::string bytes;
};

inline std::string number(std::uint64_t n) { return std::to_string(n); }

class Teller : public DialogueListener {
 public:
  void on_transaction(const Transaction& t) override {
    static constexpr std::string_view kStatus[] = {"none", "delivered", "rejected", "abandoned",
                                                   "incomplete"};
    std::string line = "tx " + number(t.tx_id) + " " + std::string(kStatus[static_cast<int>(t.status)]);
    if (t.has_mail) line += " from " + std::string(t.mail_from);
    for (const Recipient& r : t.recipients) line += " to " + std::string(r.address) + "=" + number(r.code);
    line += " size " + number(t.size) + " helo " + std::string(t.helo);
    if (t.last_code != 0) line += " last " + std::string(t.last_reply);
    if (t.chunking) line += " chunking";
    if (t.params.has_size) line += " SIZE=" + number(t.params.size);
    if (!t.authenticated_as.empty()) line += " as " + std::string(t.authenticated_as);
    if (t.recipients.size() != t.recipients_sent) line += " cut of " + number(t.recipients_sent);
    told.push_back(line);
  }
  void on_auth(const AuthExchange& a) override {
    static constexpr std::string_view kResult[] = {"unknown", "success", "failure", "aborted"};
    static constexpr std::string_view kKind[] = {"none", "password", "token", "response"};
    hashes.push_back(a.hmac);
    auth_replies.emplace_back(a.reply);
    sealed.emplace_back(as_text(a.sealed));
    sealed_lost += a.sealed_lost ? 1 : 0;
    told.push_back("auth " + std::string(a.mechanism) + " " +
                   std::string(kResult[static_cast<int>(a.result)]) + " user " + std::string(a.username) +
                   " authzid " + std::string(a.authzid) + " " +
                   std::string(kKind[static_cast<int>(a.secret_kind)]) + " " + number(a.code) +
                   (a.initial_response ? " initial" : ""));
  }
  void on_probe(const Probe& p, TimeNs) override {
    told.push_back("probe " + std::string(name_of(p.verb)) + " " + number(p.code));
  }
  void on_anomaly(Anomaly a, TimeNs) override { told.push_back("anomaly " + std::string(name_of(a))); }
  void on_session_end(const SessionSummary& s) override {
    std::string line = "end banner " + std::string(s.banner) + " helo " + std::string(s.helo) + " commands";
    for (const VerbCount& c : s.commands) line += " " + std::string(name_of(c.verb)) + "=" + number(c.count);
    line += " replies";
    for (const CodeCount& c : s.replies) line += " " + number(c.code) + "=" + number(c.count);
    if (s.replies_other != 0) line += " other=" + number(s.replies_other);
    line += " caps";
    for (const std::string_view c : s.capabilities) line += " [" + std::string(c) + "]";
    line += " n " + number(s.transactions) + "/" + number(s.messages) + "/" + number(s.recipients) + "/" +
            number(s.recipients_rejected) + " auth " + number(s.auth_attempts) + "/" +
            number(s.auth_successes);
    if (s.starttls_offered) line += " offered";
    if (s.starttls_requested) line += " requested";
    if (s.starttls_accepted) line += " accepted";
    if (s.starttls_established) line += " established";
    if (s.not_smtp) line += " not_smtp";
    told.push_back(line);
    fingerprint = s.fingerprint;
  }

  std::vector<std::string> told;
  std::string fingerprint;
  std::vector<SecretHash> hashes;
  std::vector<std::string> auth_replies;
  std::vector<std::string> sealed;
  int sealed_lost = 0;
};

inline const PatternSet& patterns() {
  static const std::shared_ptr<const PatternSet> kSet = PatternSet::compile().value();
  return *kSet;
}

// One session with everything it needs. finish() is called by run().
struct Bench {
  explicit Bench(SmtpSettings with = {}, std::size_t pages = 2048, DialogueStart start = {})
      : settings(std::move(with)), pool(kSmtpTextPageSize, pages), dialogue(start) {}

  void say(Role role, std::string_view bytes) { dialogue.on_chunk(context, role, as_bytes(bytes), ++time); }
  void client(std::string_view bytes) { say(Role::kClient, bytes); }
  void server(std::string_view bytes) { say(Role::kServer, bytes); }
  void gap(Role role, std::uint64_t n) { dialogue.on_gap(context, role, n, ++time); }
  std::vector<std::string> end() {
    dialogue.finish(context, EndReason::kFin, ++time);
    return teller.told;
  }
  // True when `secret` stands in any page that was ever handed out.
  bool memory_holds(std::string_view secret) const {
    const std::string_view all(reinterpret_cast<const char*>(pool.at(0)), pool.page_size() * pool.pages());
    return all.find(secret) != std::string_view::npos;
  }

  SmtpSettings settings;
  PagePool pool;
  Matcher matcher{patterns()};
  KeyedHash hash = KeyedHash::random();
  SmtpCounters counters;
  SmtpScratch scratch{settings};
  Teller teller;
  DialogueContext context{matcher, hash, nullptr, pool, settings, counters, scratch, teller};
  Dialogue dialogue;
  TimeNs time = 0;
};

// "C: EHLO a" and "S: 250 b" lines.
inline std::vector<Said> parse(std::string_view text) {
  std::vector<Said> said;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.size() < 2) continue;
    const std::string_view words = line.size() > 3 ? line.substr(3) : std::string_view{};
    said.push_back({line[0] == 'C' ? Role::kClient : Role::kServer, std::string(words) + "\r\n"});
  }
  return said;
}

inline std::vector<std::string> run(const std::vector<Said>& said) {
  Bench bench({}, 256);
  for (const Said& part : said) bench.say(part.role, part.bytes);
  return bench.end();
}

inline std::vector<std::string> run(std::string_view text) { return run(parse(text)); }

}  // namespace mailtap::smtp::test
