// SPDX-License-Identifier: Apache-2.0
#include "export/flow_text.h"

#include "base/hash.h"
#include "event/community_id.h"
#include "export/address_text.h"

namespace mailtap {

namespace {

bool same_tuple(const FlowFacts& a, const FlowFacts& b) {
  return a.client == b.client && a.server == b.server && a.client_port == b.client_port &&
         a.server_port == b.server_port && a.ip_version == b.ip_version && a.vlan_count == b.vlan_count &&
         a.vlans == b.vlans && a.tunnel == b.tunnel;
}

void add(std::string& to, std::string_view name, std::string_view text) {
  to.append(",\"").append(name).append("\":\"").append(text).append("\"");
}

void add(std::string& to, std::string_view name, std::uint64_t number) {
  to.append(",\"").append(name).append("\":").append(std::to_string(number));
}

bool has_id(TunnelKind kind) { return kind < TunnelKind::kIpip || kind > TunnelKind::k6in6; }

// What has no IP header of its own has no addresses.
void add_tunnel(std::string& to, const Tunnel& tunnel) {
  if (tunnel.kind == TunnelKind::kNone) return;
  to.append(R"(,"tunnel":{"type":")").append(name_of(tunnel.kind)).append("\"");
  if (has_id(tunnel.kind)) add(to, "id", tunnel.id);
  if (tunnel.outer_source != IpAddress() || tunnel.outer_destination != IpAddress()) {
    add(to, "src_ip", AddressText(tunnel.outer_source).text());
    add(to, "dest_ip", AddressText(tunnel.outer_destination).text());
  }
  add(to, "depth", tunnel.depth);
  to += '}';
}

void add_around(std::string& text, const FlowFacts& flow) {
  for (std::size_t i = 0; i < flow.vlan_count && i < flow.vlans.size(); ++i) {
    text += (i == 0 ? ",\"vlan\":[" : ",") + std::to_string(flow.vlans[i]);
  }
  if (flow.vlan_count != 0) text += ']';
  add_tunnel(text, flow.tunnel);
}

}  // namespace

FlowText::FlowText(std::string sensor_member, std::size_t slots)
    : sensor_member_(std::move(sensor_member)), slots_(slots) {}

std::string_view FlowText::members(std::uint64_t flow_id, const FlowFacts& flow) {
  Slot& slot = slots_[mix_hash(flow_id, slots_.size()) % slots_.size()];
  if (slot.text.empty() || slot.flow_id != flow_id || !same_tuple(slot.flow, flow)) {
    slot.flow_id = flow_id;
    slot.flow = flow;
    render(slot);
  }
  return slot.text;
}

void FlowText::render(Slot& slot) const {
  const FlowFacts& flow = slot.flow;
  std::string& text = slot.text;
  text = "\"flow_id\":" + std::to_string(slot.flow_id);
  add(text, "community_id", community_id(flow).text());
  add(text, "src_ip", AddressText(flow.client, flow.ip_version).text());
  add(text, "src_port", flow.client_port);
  add(text, "dest_ip", AddressText(flow.server, flow.ip_version).text());
  add(text, "dest_port", flow.server_port);
  text += R"(,"proto":"TCP")";
  add(text, "ip_v", flow.ip_version);
  text += R"(,"app_proto":"smtp")";
  add_around(text, flow);
  text += sensor_member_;
}

std::string_view FlowText::addresses(const FlowFacts& flow) {
  addresses_.clear();
  add(addresses_, "src_ip", AddressText(flow.client, flow.ip_version).text());
  add(addresses_, "dest_ip", AddressText(flow.server, flow.ip_version).text());
  add(addresses_, "ip_v", flow.ip_version);
  add_around(addresses_, flow);
  addresses_ += sensor_member_;
  return std::string_view(addresses_).substr(1);
}

}  // namespace mailtap
