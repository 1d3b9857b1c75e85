// SPDX-License-Identifier: Apache-2.0
// A control core in small for tests: records go in by time, alerts come out. Seconds are counted from a fixed
// day.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/hash.h"
#include "detect/detection_room.h"

namespace mailtap {

inline constexpr TimeNs kSceneStart = 1'700'006'400 * kSecondNs;

inline TimeNs at_second(double seconds) {
  return kSceneStart + static_cast<TimeNs>(seconds * static_cast<double>(kSecondNs));
}

inline IpAddress ip(const std::string& text) { return parse_network(text).value().address; }

class AlertCatcher final : public AlertSink {
 public:
  void on_alert(const Alert& alert) override { alerts.push_back(alert); }
  std::vector<Alert> alerts;

  std::vector<Alert> of(std::uint32_t signature_id, AlertState state = AlertState::kOpened) const {
    std::vector<Alert> found;
    for (const Alert& alert : alerts) {
      if (alert.signature_id == signature_id && alert.state == state) found.push_back(alert);
    }
    return found;
  }
};

class Scene {
 public:
  DetectSettings settings;
  AlertCatcher caught;

  template <typename Record>
  void give(Record record, double second, const std::string& client) {
    record.head.time = at_second(second);
    record.head.flow_id = ++flows_;
    record.flow.client = ip(client);
    record.flow.server = ip("192.0.2.25");
    room().advance(record.head.time);
    room().take(record);
  }

  void probe(double second, const std::string& client, std::uint16_t code = 252,
             ProbeVerb verb = ProbeVerb::kVrfy) {
    ProbeRecord record;
    record.verb = verb;
    record.code = code;
    give(record, second, client);
  }

  // The same text for the secret gives the same hash, as a worker's keyed hash of user and secret would.
  void refuse(double second, const std::string& client, std::string_view user, const std::string& secret,
              SecretKind kind = SecretKind::kPassword, std::uint16_t code = 535) {
    AuthRecord record;
    record.code = code;
    record.result = AuthResult::kFailure;
    record.secret_kind = kind;
    record.mechanism = "PLAIN";
    record.username = user;
    const std::uint64_t hash =
        hash_bytes(secret.data(), secret.size(), 5 + hash_bytes(user.data(), user.size(), 6));
    for (std::size_t i = 0; i < record.hmac.size(); ++i) {
      record.hmac[i] = static_cast<std::uint8_t>(hash >> (i % 8 * 8));
    }
    give(record, second, client);
  }

  void mail(double second, const std::string& client, std::uint32_t sent = 1, std::uint32_t refused = 0,
            TransactionStatus status = TransactionStatus::kDelivered, std::uint64_t size = 100) {
    TransactionRecord record;
    record.recipients_sent = sent;
    record.recipients_refused = refused;
    record.status = status;
    record.size = size;
    give(record, second, client);
  }

  void finding(double second, std::string_view account, std::uint8_t severity,
               const std::string& client = "10.0.0.1") {
    FindingRecord record;
    record.signature_id = 1001;
    record.severity = severity;
    record.subject_type = SubjectType::kAccount;
    record.subject = account;
    give(record, second, client);
  }

  void finish(double second) { room().finish(at_second(second)); }

  DetectionRoom& room() {
    if (room_ == nullptr) room_ = std::make_unique<DetectionRoom>(settings, caught, 11);
    return *room_;
  }

 private:
  std::unique_ptr<DetectionRoom> room_;
  std::uint64_t flows_ = 0;
};

}  // namespace mailtap
