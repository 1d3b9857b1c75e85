// SPDX-License-Identifier: Apache-2.0
// The report for a person. Everything that traffic brought goes through TextTable, which makes it printable.
#include "export/address_text.h"
#include "export/report.h"
#include "export/report_losses.h"
#include "export/text_table.h"
#include "export/utf8.h"

namespace mailtap {

class ReportText {
 public:
  ReportText(const Report& report, const RunFacts& facts, const TextStyle& style)
      : report_(report), facts_(facts), style_(style) {}

  std::string render() {
    heading();
    leaks();
    encryption();
    probes();
    senders();
    alerts();
    losses();
    return std::move(text_);
  }

 private:
  using Align = TextTable::Align;
  // Each of these accounts must get a new password: as many as a person reads are named.
  static constexpr std::size_t kAccountsListed = 50;
  static constexpr std::size_t kAlertsListed = 30;

  void heading();
  void leaks();
  void encryption();
  void probes();
  void senders();
  void alerts();
  void losses();

  std::string painted(std::string_view text, std::string_view code) const {
    if (!style_.colour) return std::string(text);
    return "\x1b[" + std::string(code) + "m" + std::string(text) + "\x1b[0m";
  }
  void title(std::string_view text) { text_ += "\n" + painted(text, "1") + "\n"; }
  void say(const std::string& line) { text_ += "  " + line + "\n"; }

  // The table's first rows, and how many there are besides.
  template <typename Table, typename Fill>
  void list(const Table& table, std::vector<TextTable::Column> columns, Fill fill, std::size_t rows_min = 0) {
    const std::size_t rows = std::max(report_.rows_, rows_min);
    const auto order = ranked(table);
    TextTable shown(std::move(columns));
    for (std::size_t i = 0; i < order.size() && i < rows; ++i) {
      shown.add_row(fill(order[i]->first, order[i]->second));
    }
    text_ += shown.render(style_.width);
    if (order.size() > rows) say("and " + count_text(order.size() - rows) + " more");
    if (table.not_listed() != 0)
      say(count_text(table.not_listed()) + " further records of others: the table was full");
  }

  const Report& report_;
  const RunFacts& facts_;
  const TextStyle& style_;
  std::string text_;
};

namespace {

std::string address(const IpAddress& ip) { return std::string(AddressText(ip).text()); }

const char* starttls_text(const ServerEntry& server) {
  if (server.starttls_offered) return "yes";
  return server.ehlo_seen ? "no" : "not seen";
}

const char* severity_text(std::uint8_t severity) {
  if (severity <= 1) return "high";
  return severity == 2 ? "medium" : "low";
}

}  // namespace

void ReportText::heading() {
  std::string source;
  append_printable(source, facts_.source);
  text_ += painted("mailtap  " + source, "1") + "\n";
  const WorkerStats sum = facts_.stats == nullptr ? WorkerStats{} : facts_.stats->sum();
  for (const std::string& note : facts_.notes) {
    text_ += "  ";
    append_printable(text_, note);
    text_ += "\n";
  }
  if (sum.counts.packets == 0) return say("no packets");
  say(moment_text(facts_.first) + " to " + moment_text(facts_.last) + " UTC, " +
      duration_text(facts_.last - facts_.first));
  say(count_text(sum.counts.packets) + " packets, " + bytes_text(sum.counts.bytes) + ", " +
      count_text(sum.counts.flows_new) + " flows, " + count_text(report_.all_servers_.sessions) +
      " mail sessions");
  say(count_text(report_.messages_) + " messages delivered to " + count_text(report_.recipients_) +
      " recipients, " + count_text(facts_.events) + " events");
}

void ReportText::leaks() {
  title("Passwords sent in clear");
  if (report_.leaks_.entries().empty())
    return say("none: no account sent a password that was accepted outside TLS");
  list(
      report_.leaks_,
      {{"account"},
       {"server"},
       {"client"},
       {"mechanism"},
       {"accepted", Align::kRight},
       {"last seen"},
       {"no verdict", Align::kRight, true},
       {"first seen", Align::kLeft, true}},
      [](const LeakKey& key, const LeakEntry& leak) -> std::vector<std::string> {
        return {key.account,
                address(key.server),
                address(key.client),
                key.mechanism,
                count_text(leak.accepted),
                moment_text(leak.seen.last),
                count_text(leak.unanswered),
                moment_text(leak.seen.first)};
      },
      kAccountsListed);
}

void ReportText::encryption() {
  title("Mail without encryption");
  const ServerEntry& all = report_.all_servers_;
  if (all.sessions == 0 && all.clear_messages == 0) return say("none: no mail session was seen");
  const std::uint64_t carrying = all.clear_mail_sessions + all.tls_sessions;
  say("messages that anybody on the way could read: " + count_text(all.clear_messages));
  say("sessions with mail in clear: " + count_text(all.clear_mail_sessions) + ", gone to TLS: " +
      count_text(all.tls_sessions) + ", unencrypted: " + percent_text(all.clear_mail_sessions, carrying));
  list(report_.servers_,
       {{"server"},
        {"sessions", Align::kRight},
        {"TLS", Align::kRight},
        {"clear", Align::kRight},
        {"messages in clear", Align::kRight},
        {"STARTTLS offered"}},
       [](const IpAddress& ip, const ServerEntry& server) -> std::vector<std::string> {
         return {address(ip),
                 count_text(server.sessions),
                 count_text(server.tls_sessions),
                 count_text(server.clear_mail_sessions),
                 count_text(server.clear_messages),
                 starttls_text(server)};
       });
}

void ReportText::probes() {
  title("Probing for addresses");
  if (report_.probes_.entries().empty())
    return say("none: nobody used VRFY or EXPN or was refused a recipient");
  list(report_.probes_,
       {{"client"},
        {"VRFY", Align::kRight},
        {"EXPN", Align::kRight},
        {"answered", Align::kRight},
        {"recipients refused", Align::kRight},
        {"last seen"},
        {"first seen", Align::kLeft, true}},
       [](const IpAddress& ip, const ProbeEntry& probe) -> std::vector<std::string> {
         return {address(ip),
                 count_text(probe.vrfy),
                 count_text(probe.expn),
                 count_text(probe.answered),
                 count_text(probe.recipients_refused),
                 moment_text(probe.seen.last),
                 moment_text(probe.seen.first)};
       });
}

void ReportText::senders() {
  title("Who sends most");
  if (report_.senders_.entries().empty()) return say("none: no message was seen to be delivered");
  list(report_.senders_,
       {{"client"}, {"messages", Align::kRight}, {"recipients", Align::kRight}, {"bytes", Align::kRight}},
       [](const IpAddress& ip, const SenderEntry& sender) -> std::vector<std::string> {
         return {address(ip), count_text(sender.messages), count_text(sender.recipients),
                 bytes_text(sender.bytes)};
       });
}

void ReportText::alerts() {
  title("Alerts");
  if (report_.alerts_.entries().empty()) return say("none");
  list(
      report_.alerts_,
      {{"severity"},
       {"id", Align::kRight},
       {"subject"},
       {"count", Align::kRight},
       {"what"},
       {"last seen", Align::kLeft, true}},
      [](const AlertKey& key, const AlertEntry& alert) -> std::vector<std::string> {
        return {
            severity_text(alert.severity), std::to_string(key.signature_id), key.subject,
            count_text(alert.count),       std::string(alert.signature),     moment_text(alert.seen.last)};
      },
      kAlertsListed);
}

void ReportText::losses() {
  title("What is missing");
  bool any = false;
  for (const Loss& loss : losses_of(facts_)) {
    if (loss.count == 0 || loss.text.empty()) continue;
    any = true;
    say(painted(count_text(loss.count), "33") + " " + loss.text);
  }
  if (!any) say("nothing");
}

std::string Report::text(const RunFacts& facts, const TextStyle& style) const {
  return ReportText(*this, facts, style).render();
}

}  // namespace mailtap
