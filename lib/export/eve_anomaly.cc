// SPDX-License-Identifier: Apache-2.0
// Anomalies: of a mail session, with all that its events say of it, and of packets, which have addresses
// only.
#include "export/eve_writer.h"

namespace mailtap {

void EveWriter::write(const AnomalyRecord& record) {
  begin(record.head.time, "anomaly");
  if (record.type == AnomalyType::kDecode)
    decode_anomaly(record);
  else
    session_anomaly(record);
  end();
}

void EveWriter::session_anomaly(const AnomalyRecord& record) {
  flow_members(record.head, record.flow);
  if (record.tx_id != AnomalyRecord::kNoTransaction) json_.member("tx_id", std::uint64_t{record.tx_id});
  json_.object("anomaly");
  json_.member("app_proto", std::string_view("smtp"));
  json_.member("type", std::string_view("applayer"));
  json_.member("event", record.event);
  json_.member("layer", std::string_view("proto_parser"));
  json_.close_object();
  loss(record.flow, record.head.truncated);
}

void EveWriter::decode_anomaly(const AnomalyRecord& record) {
  json_.paste_members(flows_.addresses(record.flow));
  json_.object("anomaly");
  json_.member("type", std::string_view("decode"));
  json_.member("event", record.event);
  json_.close_object();
}

}  // namespace mailtap
