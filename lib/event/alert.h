// SPDX-License-Identifier: Apache-2.0
// A detection, as window detectors and findings of session detectors give it to the exporters (EVENTS.md
// 'alert'). Control core only; owns its strings.
//
// In eve.json: `flow` gives the usual tuple fields, so that tools for EVE can group and pivot: the flow whose
// record made the alert be told, and on closing the last one that counted. Its client is the subject when
// that is a host, its server when that is a server. Without one, src_ip or dest_ip is the subject.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "event/record.h"

namespace mailtap {

enum class AlertState : std::uint8_t { kOpened, kGrown, kClosed };
std::string_view name_of(AlertState state);  // "opened", ...

enum class SubjectType : std::uint8_t { kHost, kServer, kAccount, kFlow };
std::string_view name_of(SubjectType type);  // "host", ...

// `value` is an address, an account's name or a flow id in words. One that holds a user's name
// is marked by its type (kAccount) and hidden by the exporters when privacy.usernames is "hash"; evidence
// never holds one.
struct Subject {
  SubjectType type = SubjectType::kHost;
  std::string value;

  bool operator==(const Subject&) const = default;
};

struct Alert {
  TimeNs time = 0;
  std::uint32_t signature_id = 0;
  std::uint32_t gid = 1;
  std::uint32_t rev = 1;
  std::uint8_t severity = 3;                          // 1 high .. 4
  std::string_view signature;                         // text with static lifetime
  std::string_view category;                          // text with static lifetime
  std::vector<std::string_view> mitre_technique_ids;  // texts with static lifetime

  AlertState state = AlertState::kOpened;
  std::string_view detector;  // text with static lifetime: "vrfy_probing"
  Subject subject;
  std::uint64_t count = 0;
  std::uint32_t window_s = 0;
  std::uint64_t threshold = 0;
  TimeNs first_seen = 0;
  TimeNs last_seen = 0;
  std::vector<std::string> evidence;  // short; no secrets, no user names
  std::vector<std::uint64_t> flows;   // flow ids, the first ones up to the detector's limit

  std::uint64_t flow_id = 0;       // with `flow`: the flow it concerns
  std::optional<FlowFacts> flow;   // the last that counted; its losses are told with the alert's
  std::uint64_t records_lost = 0;  // in its window, of all workers; told as loss.records when not 0
};

}  // namespace mailtap
