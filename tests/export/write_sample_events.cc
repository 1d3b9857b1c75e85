// SPDX-License-Identifier: Apache-2.0
// Writes every kind of event to the file it is given: with all fields, with none, and with hostile ones.
#include <cstdio>

#include "export/eve_writer.h"
#include "sample_events.h"

namespace mailtap {
namespace {

template <typename Record>
void write_each_way(EveWriter& eve, Record record) {
  eve.write(record);
  record.flow = SampleEvents::incomplete(record.flow);
  record.head.truncated = true;
  eve.write(record);
  Record bare = samples().of_flow<Record>();
  bare.flow.ip_version = 6;
  bare.flow.client = sample_v6(1);
  bare.flow.server = sample_v4(2);  // the mapped form over IPv6
  if constexpr (std::is_same_v<Record, AnomalyRecord>) bare.event = "X";
  eve.write(bare);
}

void write_sums(EveWriter& eve) {
  eve.write(samples().host(), kSampleTime);
  HostSummary server = samples().host();
  server.role = Role::kServer;
  server.ip = sample_v6(9);
  eve.write(server, kSampleTime);
  StatsTotals totals;
  eve.write(totals, kSampleTime, false);
  totals.take(samples().stats(0));
  totals.take(samples().stats(1));
  totals.note("workers_passed", 0);
  eve.write(totals, kSampleTime, true);
}

void write_alerts(EveWriter& eve) {
  Alert alert = samples().alert();
  eve.write(alert);
  alert.state = AlertState::kGrown;
  alert.subject = {SubjectType::kServer, "2001:db8::19"};
  alert.records_lost = 3;
  eve.write(alert);
  alert.state = AlertState::kClosed;
  alert.subject = {SubjectType::kAccount, "al\"ice\xff\n"};
  alert.flow = SampleEvents::incomplete(samples().transaction().flow);
  alert.flow_id = kSampleFlow;
  eve.write(alert);
  Alert bare;
  bare.subject = {SubjectType::kFlow, "1"};
  eve.write(bare);
}

int run(const char* path, const std::string& sensor) {
  ExportSettings settings;
  settings.sensor = sensor;
  auto opened = EveWriter::open(path, sensor.empty() ? LineFile::Mode::kReplace : LineFile::Mode::kAppend,
                                settings, nullptr);
  if (!opened) return 1;
  EveWriter& eve = *opened.value();
  write_each_way(eve, samples().transaction());
  write_each_way(eve, samples().auth());
  write_each_way(eve, samples().session());
  write_each_way(eve, samples().anomaly());
  write_each_way(eve, samples().decode_anomaly());
  SessionRecord many_codes = samples().session();
  many_codes.replies_other = 7;
  eve.write(many_codes);
  TransactionRecord hostile = samples().transaction();
  hostile.recipients_sent = 5000;
  using std::string_view_literals::operator""sv;
  hostile.helo = "\x00\x01\"\\\x7f\x80\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"sv;
  hostile.mail_from = "<\xc3\xbcml\xc3\xa4ut@\xe4\xbe\x8b.jp>";
  eve.write(hostile);
  write_sums(eve);
  write_alerts(eve);
  return eve.flush().ok() ? 0 : 1;
}

}  // namespace
}  // namespace mailtap

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_sample_events FILE\n", stderr);
    return 2;
  }
  return mailtap::run(argv[1], "") != 0 || mailtap::run(argv[1], "ta\"p") != 0 ? 1 : 0;
}
