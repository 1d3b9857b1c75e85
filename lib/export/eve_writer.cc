// SPDX-License-Identifier: Apache-2.0
#include "export/eve_writer.h"

namespace mailtap {

namespace {

// `,"sensor":"..."`, or nothing.
std::string sensor_member(const std::string& sensor) {
  if (sensor.empty()) return {};
  LineBuffer text(sensor.size() + 64);
  JsonWriter json(text);
  json.open_object();
  json.member("sensor", std::string_view(sensor));
  json.close_object();
  const std::string_view object = text.text();
  return "," + std::string(object.substr(1, object.size() - 2));
}

}  // namespace

Result<std::unique_ptr<EveWriter>> EveWriter::open(const std::string& path, LineFile::Mode mode,
                                                   const ExportSettings& settings,
                                                   const KeyedHash* username_key) {
  auto file = LineFile::open(path, mode);
  if (!file) return file.failure();
  return std::make_unique<EveWriter>(std::move(file.value()), settings, username_key);
}

EveWriter::EveWriter(std::unique_ptr<LineFile> file, const ExportSettings& settings,
                     const KeyedHash* username_key)
    : file_(std::move(file)),
      block_bytes_(settings.write_block_bytes),
      lines_(settings.write_block_bytes + 64 * 1024),
      json_(lines_),
      usernames_(settings.usernames, username_key),
      sensor_member_(sensor_member(settings.sensor)),
      flows_(sensor_member_) {}

const Status& EveWriter::flush() {
  file_->write(lines_.text());
  lines_.clear();
  return file_->status();
}

void EveWriter::begin(TimeNs time, std::string_view event_type) {
  json_.begin_line();
  json_.open_object();
  json_.member("timestamp", clock_.text(time));
  json_.member("event_type", event_type);
}

void EveWriter::end() {
  json_.close_object();
  json_.end_line();
  ++events_;
  if (lines_.size() >= block_bytes_) flush();
}

void EveWriter::flow_members(const RecordHead& head, const FlowFacts& flow) {
  json_.paste_members(flows_.members(head.flow_id, flow));
}

void EveWriter::loss(const FlowFacts& flow, bool record_truncated, std::uint64_t records_lost) {
  if (!flow.incomplete() && !record_truncated && records_lost == 0) return;
  json_.object("loss");
  json_.member("gap_bytes", flow.gap_bytes);
  json_.flag("one_sided", flow.one_sided);
  json_.flag("midstream", flow.midstream);
  json_.member("truncated_frames", std::uint64_t{flow.truncated_frames});
  if (record_truncated) json_.flag("record_truncated", true);
  if (records_lost != 0) json_.member("records", records_lost);
  json_.close_object();
}

}  // namespace mailtap
