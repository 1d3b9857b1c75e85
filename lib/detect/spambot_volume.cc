// SPDX-License-Identifier: Apache-2.0
// 1301, spambot volume: a client inside (local_networks) that is no relay (mail_servers) sends more than one
// person does. Messages count when their text went over the wire, accepted or not; recipients when the server
// accepted them (a search for addresses is another detection). Two windows; what reaches its floor first is
// what the detection counts until it closes.
#include <algorithm>

#include "detect/sliding_window.h"
#include "detect/subject_table.h"
#include "detect/window_detector.h"

namespace mailtap {
namespace {

// T1496 Resource Hijacking: somebody else uses the machine to send. (T1071.003 is command and control by
// mail.)
constexpr std::string_view kTechniques[] = {"T1496"};

enum KnobIndex : std::size_t { kMessages, kRecipients, kWindow };
constexpr Knob kKnobs[] = {
    {"messages", "", 100, 1, 100'000, "messages of one client"},
    {"recipients", "", 500, 1, 100'000, "or accepted recipients"},
    {"window_s", "s", 600, 1, 86'400, "in this time"},
};

constexpr DetectorInfo kInfo = {
    .signature_id = 1301,
    .rev = 1,
    .name = "spambot_volume",
    .signature = "SMTP volume of a spambot",
    .category = "Potentially Bad Traffic",
    .telling = Telling::kAggregated,
    .techniques = kTechniques,
    .knobs = kKnobs,
};

std::uint64_t messages_of(const TransactionRecord& record) {
  const bool refused_with_text = record.status == TransactionStatus::kRejected && record.size != 0;
  return record.status == TransactionStatus::kDelivered || refused_with_text ? 1 : 0;
}

std::uint64_t recipients_of(const TransactionRecord& record) {
  return record.recipients_sent - std::min(record.recipients_refused, record.recipients_sent);
}

struct Client {
  SlidingWindow messages;
  SlidingWindow recipients;
  KnobIndex measure = kMessages;  // of the open detection
};

class SpambotVolume final : public WindowDetector {
 public:
  explicit SpambotVolume(const DetectContext& context)
      : context_(context), clients_(context.settings.subjects, context.seed) {}

  using WindowDetector::take;
  void take(const TransactionRecord& record) override {
    const IpAddress& ip = record.flow.client;
    if (!record.has_mail || !any_contains(context_.settings.local_networks, ip)) return;
    if (any_contains(context_.settings.mail_servers, ip)) return;
    judge(record, clients_.touch(subject_key(ip)));
  }

  std::uint64_t subjects_evicted() const override { return clients_.evicted(); }

 private:
  void judge(const TransactionRecord& record, Client& client) {
    const std::uint64_t messages = messages_of(record);
    const std::uint64_t recipients = recipients_of(record);
    if (messages == 0 && recipients == 0) return;
    const bool many_messages = add(client.messages, record, messages, kMessages);
    const bool many_recipients = add(client.recipients, record, recipients, kRecipients);
    Occurrence occurrence = context_.occurrence(record, {SubjectType::kHost, to_string(record.flow.client)});
    occurrence.severity = context_.severity_or(severity::kLow);
    occurrence.count = client.measure == kMessages ? messages : recipients;
    if (context_.book.grow(occurrence)) return;
    if (many_messages) {
      open(occurrence, client, kMessages, client.messages, "messages");
    } else if (many_recipients) {
      open(occurrence, client, kRecipients, client.recipients, "accepted recipients");
    }
  }

  bool add(SlidingWindow& window, const TransactionRecord& record, std::uint64_t weight, KnobIndex knob) {
    return weight != 0 && window.add({record.head.time, weight, 0, 0, record.head.flow_id},
                                     context_.seconds(kWindow), context_.knob(knob));
  }

  void open(Occurrence& occurrence, Client& client, KnobIndex measure, const SlidingWindow& window,
            std::string_view what) {
    client.measure = measure;
    occurrence.evidence = {&what, 1};
    context_.open(occurrence, window, measure, kWindow);
  }

  DetectContext context_;
  SubjectTable<Client> clients_;
};

}  // namespace

extern const WindowDetectorEntry kSpambotVolume;
constinit const WindowDetectorEntry kSpambotVolume = {kInfo, make_detector<SpambotVolume>};

}  // namespace mailtap
