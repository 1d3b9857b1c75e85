// SPDX-License-Identifier: Apache-2.0
// 1101, VRFY / EXPN probing (RFC 5321 3.5): a client that asks for addresses again and again. High when the
// server answered one of them, 250 or 251; 252 says nothing about the address.
#include "detect/sliding_window.h"
#include "detect/subject_table.h"
#include "detect/window_detector.h"

namespace mailtap {
namespace {

// T1589.002 Gather Victim Identity Information: Email Addresses. (T1087.003 is about address lists from
// inside.)
constexpr std::string_view kTechniques[] = {"T1589.002"};

enum KnobIndex : std::size_t { kThreshold, kWindow };
constexpr Knob kKnobs[] = {
    {"threshold", "", 5, 1, 10'000, "VRFY and EXPN by one client"},
    {"window_s", "s", 60, 1, 86'400, "in this time"},
};

constexpr DetectorInfo kInfo = {
    .signature_id = 1101,
    .rev = 1,
    .name = "address_probing",
    .signature = "SMTP address probing with VRFY or EXPN",
    .category = "Attempted Information Leak",
    .telling = Telling::kAggregated,
    .techniques = kTechniques,
    .knobs = kKnobs,
};

constexpr std::uint64_t kAnsweredTag = 2;  // beside the verb in bit 0

std::string_view words_for(std::uint64_t tag) {
  static constexpr std::string_view kWords[] = {"VRFY", "EXPN", "VRFY answered 250 or 251",
                                                "EXPN answered 250 or 251"};
  return kWords[tag];
}

class AddressProbing final : public WindowDetector {
 public:
  explicit AddressProbing(const DetectContext& context)
      : context_(context), clients_(context.settings.subjects, context.seed) {}

  using WindowDetector::take;
  void take(const ProbeRecord& record) override {
    const std::uint64_t tag =
        (record.verb == ProbeVerb::kExpn ? 1U : 0U) + (record.answered() ? kAnsweredTag : 0U);
    SlidingWindow& window = clients_.touch(subject_key(record.flow.client));
    const bool reached = window.add({record.head.time, 1, 0, tag, record.head.flow_id},
                                    context_.seconds(kWindow), context_.knob(kThreshold));
    Occurrence occurrence = context_.occurrence(record, {SubjectType::kHost, to_string(record.flow.client)});
    const std::string_view words = words_for(tag);
    occurrence.evidence = {&words, 1};
    occurrence.severity = context_.severity_or(tag >= kAnsweredTag ? severity::kHigh : severity::kMedium);
    if (!context_.book.grow(occurrence) && reached) open(occurrence, window);
  }

  std::uint64_t subjects_evicted() const override { return clients_.evicted(); }

 private:
  void open(Occurrence& occurrence, const SlidingWindow& window) {
    std::vector<std::string_view> words;
    for (const WindowItem& item : window.items()) {
      words.push_back(words_for(item.tag));
      if (item.tag >= kAnsweredTag) occurrence.severity = context_.severity_or(severity::kHigh);
    }
    occurrence.evidence = words;
    context_.open(occurrence, window, kThreshold, kWindow);
  }

  DetectContext context_;
  SubjectTable<SlidingWindow> clients_;
};

}  // namespace

extern const WindowDetectorEntry kAddressProbing;
constinit const WindowDetectorEntry kAddressProbing = {kInfo, make_detector<AddressProbing>};

}  // namespace mailtap
