// SPDX-License-Identifier: Apache-2.0
#include "config/setting_table.h"

#include <array>
#include <iterator>
#include <map>
#include <utility>

#include "config/setting_groups.h"

namespace mailtap {
namespace {

constexpr std::int64_t kKiB = std::int64_t{1} << 10;
constexpr std::int64_t kMiB = std::int64_t{1} << 20;

// An X25519 key of 32 octets is 43 characters of base64 and one of padding; crypt/ judges the key itself.
std::string judge_public_key(const std::string& key) {
  const bool alphabet =
      key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") == 43;
  return key.size() == 44 && alphabet && key.back() == '=' ? "" : "must be the base64 of 32 octets";
}

std::vector<Setting> general() {
  return {
      text(
          "sensor", [](Config& c) { return &c.output.sensor; },
          "Name of this sensor, in every event; empty: not told."),
      networks(
          "local_networks", [](Config& c) { return &c.detect.local_networks; },
          "What is inside: RFC 1918 and ULA unless you know better."),
      networks(
          "mail_servers", [](Config& c) { return &c.detect.mail_servers; },
          "Relays: they may send much mail without being taken for a spambot."),
  };
}

std::vector<Setting> privacy() {
  return {
      text(
          "privacy.key_file", [](Config& c) { return &c.privacy.key_file; },
          "Key of the hashes told instead of secrets, made 0600 by the first `run`; where there is none, a "
          "random one."),
      choice(
          "privacy.usernames", [](Config& c) { return &c.output.usernames; }, {"show", "hash"},
          "User names of AUTH are shown, or hashed too and replies told by code; addresses of the envelope "
          "stay."),
      text(
          "privacy.seal_public_key", [](Config& c) { return &c.privacy.seal_public_key; },
          "X25519 key in base64 to which secrets are sealed as well; empty: they are hashed only.",
          judge_public_key),
  };
}

std::vector<Setting> output() {
  return {
      text(
          "output.folder", [](Config& c) { return &c.folder; },
          "Where eve.json is written; --out goes before it; empty: no file, the report alone."),
      size(
          "output.write_block", [](Config& c) { return &c.output.write_block_bytes; }, {4 * kKiB, 64 * kMiB},
          "Lines are collected up to this before they are written."),
      number(
          "output.report_entries_max", [](Config& c) { return &c.output.report_entries_max; },
          {10, 10'000'000}, "Entries a table of the report counts apart; further ones are counted together."),
      number(
          "output.report_rows", [](Config& c) { return &c.output.report_rows; }, {1, 1000},
          "Rows a table of the report shows."),
  };
}

// A port can tell one tunnel only.
void add_shared_ports(const PacketSettings& packet, std::vector<Contradiction>& found) {
  const std::array<std::pair<const char*, const std::vector<std::uint16_t>*>, 4> lists = {
      {{"packet.vxlan_ports", &packet.vxlan_ports},
       {"packet.vxlan_gpe_ports", &packet.vxlan_gpe_ports},
       {"packet.geneve_ports", &packet.geneve_ports},
       {"packet.gtpu_ports", &packet.gtpu_ports}}};
  std::map<std::uint16_t, const char*> taken;
  for (const auto& list : lists)
    for (const std::uint16_t port : *list.second) {
      const auto [at, fresh] = taken.emplace(port, list.first);
      if (!fresh && at->second != list.first)
        found.push_back({list.first, "has " + std::to_string(port) + ", which stands in " + at->second});
    }
}

}  // namespace

std::vector<Setting> all_settings() {
  std::vector<Setting> all;
  for (auto* room : {general, privacy, output, nic_settings, capture_settings, pipeline_settings,
                     packet_settings, flow_settings, tcp_settings, match_settings, smtp_settings,
                     host_settings, event_settings, detect_settings}) {
    std::vector<Setting> settings = room();
    std::move(settings.begin(), settings.end(), std::back_inserter(all));
  }
  return all;
}

std::vector<Contradiction> contradictions(const Config& config) {
  std::vector<Contradiction> found;
  const auto at_most = [&found](const char* key, std::uint64_t value, const char* other,
                                std::uint64_t limit) {
    if (value <= limit) return;
    found.push_back(
        {key, "is " + std::to_string(value) + ", more than " + other + " (" + std::to_string(limit) + ")"});
  };
  at_most("tcp.skew_size_max", config.tcp.skew_bytes_max, "tcp.ahead_size_max", config.tcp.ahead_bytes_max);
  at_most("tcp.hole_size_max", config.tcp.hole_bytes_max, "tcp.ahead_size_max", config.tcp.ahead_bytes_max);
  at_most("tcp.held_pages_max", config.tcp.held_pages_max, "pipeline.held_pages", config.pipeline.held_pages);
  at_most("output.report_rows", config.output.report_rows, "output.report_entries_max",
          config.output.report_entries_max);
  add_shared_ports(config.packet, found);
  return found;
}

}  // namespace mailtap
