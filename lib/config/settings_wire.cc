// SPDX-License-Identifier: Apache-2.0
// The settings of what a packet passes on its way to a stream: sources, pipelines, flows, reassembly.
#include "config/setting_groups.h"

namespace mailtap {
namespace {

constexpr std::int64_t kKiB = std::int64_t{1} << 10;
constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr std::int64_t kGiB = std::int64_t{1} << 30;
constexpr DurationNs kDayNs = 86'400 * kSecondNs;
constexpr std::int64_t kPagesMax = std::int64_t{1} << 24;

}  // namespace

std::vector<Setting> nic_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.nic.*pointer); }; };
  using N = NicSettings;
  return {
      texts(
          "nic.devices", [](Config& c) { return &c.nic.devices; }, 16,
          "What `run` reads: PCI addresses, or virtual devices with their arguments."),
      choice("nic.huge_pages", member(&N::huge_pages), {"auto", "yes", "no"},
             "Auto: used when enough are free."),
      number("nic.memory_mb", member(&N::memory_mb), {0, 1'048'576}, "MiB for DPDK; 0: what the pools need."),
      number("nic.rx_descriptors", member(&N::rx_descriptors), {64, 32'768}, "A queue and device."),
      number("nic.mbufs", member(&N::mbufs), {1023, 4'194'303}, "Buffers a queue; 2^n - 1 wastes nothing."),
      number("nic.mtu", member(&N::mtu), {68, 9600}, "Bytes behind the Ethernet header, tags apart."),
      flag("nic.promiscuous", member(&N::promiscuous), "A tap's frames are addressed to others."),
      duration("nic.stop_when_idle", member(&N::stop_when_idle_ns), {0, kDayNs},
               "End after so long without a frame; 0: never. For finite devices."),
  };
}

std::vector<Setting> capture_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.capture.*pointer); }; };
  return {
      size("capture.block_size", member(&CaptureSettings::block_bytes), {4 * kKiB, 16 * kMiB},
           "Bytes of a file asked of the kernel at once."),
      number("capture.blocks", member(&CaptureSettings::blocks), {2, 1024},
             "Blocks at once: one with one worker, a few more while frames wait."),
      number("capture.open_files_max", member(&CaptureSettings::open_files_max), {1, 4096},
             "Files that overlap in time at once, a block and a descriptor each. Where there are more, the "
             "later ones wait (files_waited), and their times are held."),
  };
}

std::vector<Setting> pipeline_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.pipeline.*pointer); }; };
  using P = PipelineSettings;
  return {
      number("pipeline.sessions_max", member(&P::sessions_max), {16, kPagesMax},
             "Mail sessions, and flows that may become one, at once, a worker. At the limit the longest idle "
             "ends."),
      number("pipeline.text_pages", member(&P::text_pages), {64, kPagesMax},
             "Pages a worker has for banners, names, envelopes and cut lines."),
      size("pipeline.text_page_size", member(&P::text_page_bytes),
           {static_cast<std::int64_t>(kSmtpTextPageSize), 64 * kKiB}, "Size of each of them."),
      number("pipeline.held_pages", member(&P::held_pages), {64, kPagesMax},
             "Pages a worker has for segments that wait."),
      size("pipeline.held_page_size", member(&P::held_page_bytes), {256, 64 * kKiB}, "Size of each of them."),
      number("pipeline.ring_frames", member(&P::ring_frames), {64, std::int64_t{1} << 20},
             "Frames on their way from the receiving core to a worker."),
      flag("pipeline.wait_when_full", member(&P::wait_when_full),
           "A full ring makes the one before it wait; always so in a replay. Live it moves loss into the "
           "NIC."),
      duration("pipeline.stats_interval", member(&P::stats_interval_ns), {kSecondNs, kDayNs},
               "Capture time between two stats events."),
  };
}

std::vector<Setting> packet_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.packet.*pointer); }; };
  using P = PacketSettings;
  return {
      number("packet.tunnel_depth_max", member(&P::tunnel_depth_max), {0, kTunnelDepthMax},
             "Tunnels that are opened, one in the other; 0: none."),
      ports("packet.vxlan_ports", member(&P::vxlan_ports),
            "UDP destination ports of VXLAN; none: it is not opened."),
      ports("packet.vxlan_gpe_ports", member(&P::vxlan_gpe_ports), "The same of VXLAN-GPE."),
      ports("packet.geneve_ports", member(&P::geneve_ports), "The same of Geneve."),
      ports("packet.gtpu_ports", member(&P::gtpu_ports), "The same of GTP-U."),
      number("packet.datagrams_max", member(&P::datagrams_max), {1, 65'536},
             "Datagrams whose fragments wait, at once. The oldest makes room."),
      number("packet.fragment_pages", member(&P::fragment_pages), {64, std::int64_t{1} << 20},
             "Pages for them, together."),
      duration("packet.fragment_wait", member(&P::fragment_wait_ns), {kSecondNs, 120 * kSecondNs},
               "How long a datagram waits for its last fragment."),
  };
}

std::vector<Setting> flow_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.flow.*pointer); }; };
  using F = FlowSettings;
  const Range idle{kSecondNs, 7 * kDayNs};
  return {
      number("flow.flows_max", member(&F::flows_max), {1, std::int64_t{1} << 28},
             "Flows at once, a worker, some 107 bytes each."),
      flag("flow.vlan_in_key", member(&F::vlan_in_key),
           "Off where the two directions of a link are tapped with different VLAN ids."),
      flag("flow.tunnel_in_key", member(&F::tunnel_in_key),
           "The id of VXLAN, VXLAN-GPE and Geneve, the key of GRE, the session of ERSPAN and PPPoE. On where "
           "networks use the same addresses and none is routed into another: the two directions would have "
           "different ids. Never MPLS and GTP-U: the receiver of each direction chooses its own label or "
           "TEID."),
      duration("flow.syn_idle", member(&F::syn_idle_ns), idle, "Nobody has answered."),
      duration("flow.unknown_idle", member(&F::unknown_idle_ns), idle,
               "Both ends speak TCP, no content yet."),
      duration("flow.not_ours_idle", member(&F::not_ours_idle_ns), idle, "Known not to be mail."),
      duration("flow.mail_idle", member(&F::mail_idle_ns), idle,
               "Mail: the last reply may take ten minutes (RFC 5321 4.5.3.2)."),
      duration("flow.tls_idle", member(&F::tls_idle_ns), idle, "Gone to TLS."),
      duration("flow.closed_linger", member(&F::closed_linger_ns), idle,
               "How long late segments of a closed connection are known."),
  };
}

std::vector<Setting> tcp_settings() {
  const auto member = [](auto pointer) { return [pointer](Config& c) { return &(c.tcp.*pointer); }; };
  using T = TcpSettings;
  return {
      duration("tcp.skew", member(&T::skew_ns), {0, 10 * kSecondNs},
               "How long a segment waits for the bytes it acknowledges: the two ports of a tap differ."),
      size("tcp.skew_size_max", member(&T::skew_bytes_max), {kKiB, 64 * kMiB}, "Or until this much waits."),
      duration("tcp.hole", member(&T::hole_ns), {0, 600 * kSecondNs},
               "How long a hole that nobody acknowledged may stay open."),
      size("tcp.hole_size_max", member(&T::hole_bytes_max), {kKiB, 64 * kMiB},
           "Or until this much waits behind it."),
      number("tcp.held_pages_max", member(&T::held_pages_max), {1, 65'535},
             "Pages of pipeline.held_pages one flow may take."),
      size("tcp.ahead_size_max", member(&T::ahead_bytes_max), {64 * kKiB, kGiB},
           "A sequence number further ahead than this is not believed."),
      choice("tcp.overlap", member(&T::overlap), {"first", "last"},
             "Whose bytes win where two copies differ that both wait. Of bytes already read the first copy "
             "counts."),
      size("tcp.overlap_size", member(&T::overlap_bytes), {0, kOverlapBytesMax},
           "A later copy is compared with so many of the last bytes read, a direction; rounded up to a power "
           "of two."),
  };
}

}  // namespace mailtap
