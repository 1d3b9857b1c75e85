// SPDX-License-Identifier: Apache-2.0
// 1201, password guessing: AUTH refused for its secret (535, 534, 432: RFC 4954 6; not 454, an outage) again
// and again from one client. Passwords count when they differ; the same one over and over is the stale
// password of a printer (stale_password.cc). Few accounts, many passwords: each account has had at least
// `secrets_an_account` of them on average, else it is many people behind one address, or spraying. Challenge
// responses and tokens differ each time, so their failures are counted as they are.
#include "detect/auth_refusal.h"
#include "detect/sliding_window.h"
#include "detect/subject_table.h"
#include "detect/window_detector.h"

namespace mailtap {
namespace {

// T1110.001 Brute Force: Password Guessing.
constexpr std::string_view kTechniques[] = {"T1110.001"};

enum KnobIndex : std::size_t { kSecrets, kSecretsAnAccount, kFailures, kWindow };
constexpr Knob kKnobs[] = {
    {"secrets", "", 5, 2, 1000, "different passwords refused to one client"},
    {"secrets_an_account", "", 2, 1, 1000, "on average at least so many different passwords an account"},
    {"failures", "", 10, 2, 10'000, "responses or tokens refused to one client"},
    {"window_s", "s", 60, 1, 86'400, "in this time"},
};

constexpr DetectorInfo kInfo = {
    .signature_id = 1201,
    .rev = 1,
    .name = "password_guessing",
    .signature = "SMTP password guessing",
    .category = "Attempted User Privilege Gain",
    .telling = Telling::kAggregated,
    .techniques = kTechniques,
    .knobs = kKnobs,
};

// Accounts that are tried in turn reach the average only after several rounds: so much longer is the memory.
constexpr std::uint64_t kRounds = 4;

struct Client {
  DistinctWindow secrets;
  SlidingWindow failures;
};

class PasswordGuessing final : public WindowDetector {
 public:
  explicit PasswordGuessing(const DetectContext& context)
      : context_(context), clients_(context.settings.subjects, context.seed) {}

  using WindowDetector::take;
  void take(const AuthRecord& record) override {
    if (!secret_was_refused(record)) return;
    Client& client = clients_.touch(subject_key(record.flow.client));
    if (record.secret_kind == SecretKind::kPassword) {
      take_password(record, client.secrets);
    } else {
      take_failure(record, client.failures);
    }
  }

  std::uint64_t subjects_evicted() const override { return clients_.evicted(); }

 private:
  void take_password(const AuthRecord& record, DistinctWindow& window) {
    const WindowItem item{record.head.time, 1, hash_of_secret(record), hash_of_account(record),
                          record.head.flow_id};
    if (!window.add(item, context_.seconds(kWindow), context_.knob(kSecrets) * kRounds)) return;
    const bool reached = window.total() >= context_.knob(kSecrets) &&
                         window.total() >= window.tags() * context_.knob(kSecretsAnAccount);
    tell(record, "different passwords refused", reached, window, kSecrets);
  }

  void take_failure(const AuthRecord& record, SlidingWindow& window) {
    const bool reached = window.add({record.head.time, 1, 0, 0, record.head.flow_id},
                                    context_.seconds(kWindow), context_.knob(kFailures));
    tell(record, "responses or tokens refused", reached, window, kFailures);
  }

  template <typename Window>
  void tell(const AuthRecord& record, std::string_view what, bool reached, const Window& window,
            KnobIndex threshold) {
    Occurrence occurrence = context_.occurrence(record, {SubjectType::kHost, to_string(record.flow.client)});
    const std::string_view evidence[] = {what, record.mechanism};
    occurrence.evidence = evidence;
    occurrence.severity = context_.severity_or(severity::kMedium);
    if (!context_.book.grow(occurrence) && reached) context_.open(occurrence, window, threshold, kWindow);
  }

  DetectContext context_;
  SubjectTable<Client> clients_;
};

}  // namespace

extern const WindowDetectorEntry kPasswordGuessing;
constinit const WindowDetectorEntry kPasswordGuessing = {kInfo, make_detector<PasswordGuessing>};

}  // namespace mailtap
