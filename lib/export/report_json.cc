// SPDX-License-Identifier: Apache-2.0
// The report for a program: one JSON object, with every entry that the tables hold.
#include "export/address_text.h"
#include "export/json_writer.h"
#include "export/report.h"
#include "export/report_losses.h"
#include "export/time_text.h"

namespace mailtap {

class ReportJson {
 public:
  ReportJson(const Report& report, const RunFacts& facts)
      : report_(report), facts_(facts), text_(64 * 1024), json_(text_) {}

  std::string render() {
    json_.open_object();
    run();
    leaks();
    encryption();
    probes();
    senders();
    alerts();
    losses();
    json_.close_object();
    json_.end_line();
    return std::string(text_.text());
  }

 private:
  void run();
  void leaks();
  void encryption();
  void probes();
  void senders();
  void alerts();
  void losses();

  void address(std::string_view name, const IpAddress& ip) { json_.member(name, AddressText(ip).text()); }
  void seen(const SeenSpan& seen) {
    json_.member("first_seen", time_.text(seen.first));
    json_.member("last_seen", time_.text(seen.last));
  }
  template <typename Table, typename Fill>
  void list(std::string_view name, const Table& table, Fill fill) {
    json_.array(name);
    for (const auto* entry : ranked(table)) {
      json_.open_object();
      fill(entry->first, entry->second);
      json_.close_object();
    }
    json_.close_array();
    if (table.not_listed() != 0) json_.member(std::string(name) + "_not_listed", table.not_listed());
  }

  const Report& report_;
  const RunFacts& facts_;
  LineBuffer text_;
  JsonWriter json_;
  TimeText time_;
};

void ReportJson::run() {
  const StatsCounts counts = facts_.stats == nullptr ? StatsCounts{} : facts_.stats->sum().counts;
  json_.member("source", facts_.source);
  json_.array("notes");
  for (const std::string& note : facts_.notes) json_.value(std::string_view(note));
  json_.close_array();
  if (counts.packets != 0) {
    json_.member("first", time_.text(facts_.first));
    json_.member("last", time_.text(facts_.last));
  }
  json_.member("packets", counts.packets);
  json_.member("bytes", counts.bytes);
  json_.member("flows", counts.flows_new);
  json_.member("sessions", report_.all_servers_.sessions);
  json_.member("messages", report_.messages_);
  json_.member("recipients", report_.recipients_);
  json_.member("events", facts_.events);
}

void ReportJson::leaks() {
  list("leaked_accounts", report_.leaks_, [this](const LeakKey& key, const LeakEntry& leak) {
    json_.member("account", std::string_view(key.account));
    address("server", key.server);
    address("client", key.client);
    json_.member("mechanism", std::string_view(key.mechanism));
    json_.member("accepted", leak.accepted);
    json_.member("unanswered", leak.unanswered);
    seen(leak.seen);
  });
}

void ReportJson::encryption() {
  const ServerEntry& all = report_.all_servers_;
  json_.object("encryption");
  json_.member("messages_in_clear", all.clear_messages);
  json_.member("mail_sessions_in_clear", all.clear_mail_sessions);
  json_.member("tls_sessions", all.tls_sessions);
  list("servers", report_.servers_, [this](const IpAddress& ip, const ServerEntry& server) {
    address("server", ip);
    json_.member("sessions", server.sessions);
    json_.member("tls_sessions", server.tls_sessions);
    json_.member("mail_sessions_in_clear", server.clear_mail_sessions);
    json_.member("messages_in_clear", server.clear_messages);
    if (server.ehlo_seen || server.starttls_offered) json_.flag("starttls_offered", server.starttls_offered);
  });
  json_.close_object();
}

void ReportJson::probes() {
  list("probing", report_.probes_, [this](const IpAddress& ip, const ProbeEntry& probe) {
    address("client", ip);
    json_.member("vrfy", probe.vrfy);
    json_.member("expn", probe.expn);
    json_.member("answered", probe.answered);
    json_.member("recipients_refused", probe.recipients_refused);
    seen(probe.seen);
  });
}

void ReportJson::senders() {
  list("senders", report_.senders_, [this](const IpAddress& ip, const SenderEntry& sender) {
    address("client", ip);
    json_.member("messages", sender.messages);
    json_.member("recipients", sender.recipients);
    json_.member("bytes", sender.bytes);
  });
}

void ReportJson::alerts() {
  list("alerts", report_.alerts_, [this](const AlertKey& key, const AlertEntry& alert) {
    json_.member("signature_id", std::uint64_t{key.signature_id});
    json_.member("signature", alert.signature);
    json_.member("severity", std::uint64_t{alert.severity});
    json_.member("subject", std::string_view(key.subject));
    json_.member("count", alert.count);
    json_.member("told", alert.told);
    seen(alert.seen);
  });
}

void ReportJson::losses() {
  json_.object("missing");
  for (const Loss& loss : losses_of(facts_)) json_.member(loss.name, loss.count);
  json_.close_object();
}

std::string Report::json(const RunFacts& facts) const { return ReportJson(*this, facts).render(); }

}  // namespace mailtap
