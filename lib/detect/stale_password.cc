// SPDX-License-Identifier: Apache-2.0
// 1201, low: one client is refused the same password of one account again and again. A printer or a telephone
// that was never told of the new password, not an attack. A count of its own for each (client, account,
// password), so that it neither feeds password guessing nor hides it.
#include "detect/account_subject.h"
#include "detect/auth_refusal.h"
#include "detect/sliding_window.h"
#include "detect/subject_table.h"
#include "detect/window_detector.h"

namespace mailtap {
namespace {

enum KnobIndex : std::size_t { kThreshold, kWindow };
constexpr Knob kKnobs[] = {
    {"threshold", "", 5, 2, 10'000, "refusals of the same password"},
    {"window_s", "s", 600, 1, 604'800, "in this time"},
};

constexpr DetectorInfo kInfo = {
    .signature_id = 1201,
    .rev = 1,
    .name = "stale_password",
    .signature = "SMTP client with a stale password",
    .category = "Misc activity",
    .telling = Telling::kAggregated,
    .techniques = {},  // no attack
    .knobs = kKnobs,
};

class StalePassword final : public WindowDetector {
 public:
  explicit StalePassword(const DetectContext& context)
      : context_(context), secrets_(context.settings.subjects, context.seed) {}

  using WindowDetector::take;
  void take(const AuthRecord& record) override {
    if (!secret_was_refused(record) || record.secret_kind != SecretKind::kPassword) return;
    const IpAddress& client = record.flow.client;
    const SubjectKey key{record.hmac, hash_bytes(client.octets.data(), client.octets.size(), 1)};
    SlidingWindow& window = secrets_.touch(key);
    const bool reached = window.add({record.head.time, 1, 0, 0, record.head.flow_id},
                                    context_.seconds(kWindow), context_.knob(kThreshold));
    // Only repeats count: a first attempt with some password must not keep another client's case open.
    if (window.items().size() > 1) tell(record, reached, window);
  }

  std::uint64_t subjects_evicted() const override { return secrets_.evicted(); }

 private:
  void tell(const AuthRecord& record, bool reached, const SlidingWindow& window) {
    Occurrence occurrence = context_.occurrence(record, account_subject(record.username, record.flow));
    const std::string client = "the same password from " + to_string(record.flow.client);
    const std::string_view evidence[] = {client};
    occurrence.severity = context_.severity_or(severity::kLow);
    if (reached) occurrence.evidence = evidence;
    if (!context_.book.grow(occurrence) && reached) context_.open(occurrence, window, kThreshold, kWindow);
  }

  DetectContext context_;
  SubjectTable<SlidingWindow> secrets_;
};

}  // namespace

extern const WindowDetectorEntry kStalePassword;
constinit const WindowDetectorEntry kStalePassword = {kInfo, make_detector<StalePassword>};

}  // namespace mailtap
