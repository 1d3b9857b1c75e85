// SPDX-License-Identifier: Apache-2.0
// The events that concern no flow: host and stats.
#include "export/address_text.h"
#include "export/eve_writer.h"

namespace mailtap {

void EveWriter::write(const HostSummary& host, TimeNs time) {
  const bool client = host.role == Role::kClient;
  const AddressText ip(host.ip);
  begin(time, "host");
  json_.member(client ? "src_ip" : "dest_ip", ip.text());
  json_.member("app_proto", std::string_view("smtp"));
  if (!sensor_member_.empty()) json_.paste_members(std::string_view(sensor_member_).substr(1));
  json_.object("host");
  json_.member("ip", ip.text());
  json_.member("role", std::string_view(client ? "client" : "server"));
  json_.member("interval_s",
               static_cast<std::uint64_t>((host.interval_end - host.interval_start) / kSecondNs));
  for (std::size_t i = 0; i < kHostColumns; ++i) {
    const auto column = static_cast<HostColumn>(i);
    json_.member(name_of(column), host.count(column));
    if (column != HostColumn::kRejected) continue;
    json_.member("distinct_recipients", host.distinct_recipients);
    json_.member("distinct_senders", host.distinct_senders);
    json_.member("distinct_servers", host.distinct_servers);
  }
  json_.close_object();
  end();
}

void EveWriter::write(const StatsTotals& totals, TimeNs time, bool final) {
  begin(time, "stats");
  if (!sensor_member_.empty()) json_.paste_members(std::string_view(sensor_member_).substr(1));
  json_.object("stats");
  json_.flag("final", final);
  stats_of(totals.sum());
  named("control", totals.control());
  json_.array("workers");
  for (const auto& worker : totals.workers()) {
    json_.open_object();
    json_.member("worker", std::uint64_t{worker.first});
    stats_of(worker.second);
    json_.close_object();
  }
  json_.close_array();
  json_.close_object();
  end();
}

void EveWriter::named(std::string_view name, const NamedSums& sums) {
  json_.object(name);
  for (const auto& entry : sums) {
    json_.value(std::string_view(entry.first));
    json_.value(entry.second);
  }
  json_.close_object();
}

void EveWriter::stats_of(const WorkerStats& stats) {
  const StatsCounts& counts = stats.counts;
  struct Group {
    std::string_view object;  // empty: beside the others
    std::string_view name;
    std::uint64_t value;
  };
  const std::array<Group, 35> groups{{{"", "packets", counts.packets},
                                      {"", "bytes", counts.bytes},
                                      {"nic", "imissed", counts.nic_missed},
                                      {"nic", "rx_nombuf", counts.nic_no_buffer},
                                      {"nic", "ierrors", counts.nic_errors},
                                      {"flows", "open", counts.flows_open},
                                      {"flows", "new", counts.flows_new},
                                      {"flows", "evicted", counts.flows_evicted},
                                      {"sessions", "open", counts.sessions_open},
                                      {"sessions", "new", counts.sessions_new},
                                      {"sessions", "evicted", counts.sessions_evicted},
                                      {"gaps", "count", counts.gaps},
                                      {"gaps", "bytes", counts.gap_bytes},
                                      {"pages", "used", counts.pages_used},
                                      {"pages", "total", counts.pages_total},
                                      {"pages", "refused", counts.pages_refused},
                                      {"fragments", "seen", counts.fragments_seen},
                                      {"fragments", "whole", counts.datagrams_whole},
                                      {"fragments", "duplicates", counts.fragments_duplicate},
                                      {"fragments", "timed_out", counts.datagrams_timed_out},
                                      {"fragments", "evicted", counts.datagrams_evicted},
                                      {"fragments", "no_room", counts.datagrams_no_room},
                                      {"fragments", "overlaps", counts.fragments_overlap},
                                      {"fragments", "tiny", counts.fragments_tiny},
                                      {"fragments", "overlong", counts.fragments_overlong},
                                      {"fragments", "bad_length", counts.fragments_bad_length},
                                      {"fragments", "truncated", counts.fragments_truncated},
                                      {"fragments", "discarded", counts.fragments_discarded},
                                      {"", "files_waited", counts.files_waited},
                                      {"", "time_clamped", counts.time_clamped},
                                      {"", "lengths_raised", counts.lengths_raised},
                                      {"", "truncated_frames", counts.truncated_frames},
                                      {"", "bad_checksums", counts.bad_checksums},
                                      {"", "hosts_evicted", counts.hosts_evicted},
                                      {"", "records_cut", counts.records_cut}}};
  std::string_view open;
  for (const Group& group : groups) {
    if (group.object != open) {
      if (!open.empty()) json_.close_object();
      if (!group.object.empty()) json_.object(group.object);
      open = group.object;
    }
    json_.member(group.name, group.value);
  }
  json_.object("records_lost");
  for (std::size_t i = 0; i < kRecordKinds; ++i) {
    json_.member(name_of(static_cast<RecordKind>(i)), counts.records_lost[i]);
  }
  json_.close_object();
  named("drops", stats.drops);
  named("cycles", stats.cycles);
  const std::uint64_t cycles = counts.cycles_idle + counts.cycles_busy;
  if (cycles != 0)
    json_.member("idle_share", static_cast<double>(counts.cycles_idle) / static_cast<double>(cycles));
}

}  // namespace mailtap
