// SPDX-License-Identifier: Apache-2.0
#include "export/eve_writer.h"

namespace mailtap {

void EveWriter::write(const Alert& alert) {
  begin(alert.time, "alert");
  alert_tuple(alert);
  alert_members(alert);
  detection(alert);
  loss(alert.flow ? *alert.flow : FlowFacts{}, false, alert.records_lost);
  end();
}

// Tools for EVE group alerts by address, so that one is told wherever there is one.
void EveWriter::alert_tuple(const Alert& alert) {
  if (alert.flow) {
    json_.paste_members(flows_.members(alert.flow_id, *alert.flow));
    return;
  }
  if (alert.subject.type == SubjectType::kHost) json_.member("src_ip", std::string_view(alert.subject.value));
  if (alert.subject.type == SubjectType::kServer)
    json_.member("dest_ip", std::string_view(alert.subject.value));
  json_.member("proto", std::string_view("TCP"));
  json_.member("app_proto", std::string_view("smtp"));
  if (!sensor_member_.empty()) json_.paste_members(std::string_view(sensor_member_).substr(1));
}

void EveWriter::alert_members(const Alert& alert) {
  json_.object("alert");
  json_.member("action", std::string_view("allowed"));
  json_.member("gid", std::uint64_t{alert.gid});
  json_.member("signature_id", std::uint64_t{alert.signature_id});
  json_.member("rev", std::uint64_t{alert.rev});
  json_.member("signature", alert.signature);
  json_.member("category", alert.category);
  json_.member("severity", std::uint64_t{alert.severity});
  if (!alert.mitre_technique_ids.empty()) {
    json_.object("metadata");
    json_.array("mitre_technique_id");
    for (const std::string_view id : alert.mitre_technique_ids) json_.value(id);
    json_.close_array();
    json_.close_object();
  }
  json_.close_object();
}

void EveWriter::detection(const Alert& alert) {
  json_.object("detection");
  json_.member("state", name_of(alert.state));
  json_.member("detector", alert.detector);
  json_.object("subject");
  json_.member("type", name_of(alert.subject.type));
  json_.member("value", usernames_.cover_subject(alert.subject).text());
  json_.close_object();
  json_.member("count", alert.count);
  json_.member("window_s", std::uint64_t{alert.window_s});
  json_.member("threshold", alert.threshold);
  time_member("first_seen", alert.first_seen);
  time_member("last_seen", alert.last_seen);
  json_.array("evidence");
  for (const std::string& evidence : alert.evidence) json_.value(std::string_view(evidence));
  json_.close_array();
  json_.array("flows");
  for (const std::uint64_t flow : alert.flows) json_.value(flow);
  json_.close_array();
  json_.close_object();
}

}  // namespace mailtap
