// SPDX-License-Identifier: Apache-2.0
#include "app/memory_sum.h"

#include <cstdio>

#include "app/human.h"
#include "detect/detector_list.h"
#include "detect/sliding_window.h"
#include "event/transaction_record.h"
#include "flow/flow_table.h"
#include "packet/defragmenter.h"
#include "packet/frame.h"
#include "pipelines/deadline_heap.h"
#include "pipelines/session_store.h"
#include "tcp/recent_bytes.h"

namespace mailtap {
namespace {

constexpr std::uint64_t kReportEntryBytes = 200;  // about
constexpr std::uint64_t kReportTables = 5;
constexpr std::uint64_t kSubjectBytes = 300;      // about, of a detector's subject, its window apart
constexpr std::uint64_t kDetectionBytes = 2'000;  // about, of an open detection with its evidence

// A subject of every window detector at once: its windows hold no more items than its thresholds say.
std::uint64_t subject_bytes(const DetectSettings& detect) {
  std::uint64_t bytes = 0;
  for (const WindowDetectorEntry* entry : window_detectors()) {
    const DetectorChoice& choice = detect.of(entry->info);
    bytes += kSubjectBytes;
    for (std::size_t i = 0; i < choice.knobs.size(); ++i)
      if (entry->info.knobs[i].unit.empty()) bytes += choice.knobs[i] * sizeof(WindowItem);
  }
  return bytes;
}

std::uint64_t sum(const std::vector<MemoryTerm>& terms) {
  std::uint64_t total = 0;
  for (const MemoryTerm& term : terms) total += term.total();
  return total;
}

std::string line(const MemoryTerm& term) {
  char text[160];
  std::snprintf(text, sizeof text, "  %-44s %12llu x %10llu B = %12s\n", term.what.c_str(),
                static_cast<unsigned long long>(term.count), static_cast<unsigned long long>(term.bytes_each),
                human_bytes(term.total()).c_str());
  return text;
}

std::string sum_line(const std::string& what, std::uint64_t total) {
  char text[160];
  std::snprintf(text, sizeof text, "  %-44s %12s   %12s   %12s\n", what.c_str(), "", "",
                human_bytes(total).c_str());
  return text;
}

}  // namespace

std::vector<MemoryTerm> worker_memory(const Config& config, unsigned workers) {
  const PipelineSettings& pipeline = config.pipeline;
  std::vector<MemoryTerm> terms = {
      {"flow entries (flow.flows_max and free ones)", FlowTable::slots_for(config.flow), sizeof(FlowEntry)},
      {"mail sessions (pipeline.sessions_max)", pipeline.sessions_max,
       SessionStore::bytes_a_session() + DeadlineHeap::bytes_an_item()},
      {"text pages (pipeline.text_pages)", pipeline.text_pages, pipeline.text_page_bytes},
      {"last bytes read (tcp.overlap_size)", pipeline.sessions_max,
       config.tcp.overlap_bytes == 0 ? 0 : RecentBytes::page_size(config.tcp.overlap_bytes)},
      {"recipients of a record (smtp.recipients_max)", config.smtp.recipients_max, sizeof(Recipient)},
      {"held pages (pipeline.held_pages)", pipeline.held_pages, pipeline.held_page_bytes},
      {"host counters (host.worker_hosts)", config.host.worker_hosts,
       config.host.worker_bytes() / config.host.worker_hosts},
      {"record buffers (event.buffers)", config.event.buffers, config.event.buffer_bytes},
  };
  if (workers > 1)
    terms.push_back(
        {"frames in rings (pipeline.ring_frames)", std::uint64_t{2} * pipeline.ring_frames, sizeof(Frame)});
  return terms;
}

namespace {

// Of `run` alone: a replay starts no DPDK, and reads no device.
std::vector<MemoryTerm> nic_memory(const NicSettings& nic) {
  if (nic.devices.empty()) return {};
  constexpr std::uint64_t kMiB = std::uint64_t{1} << 20;
  if (nic.memory_mb != 0) return {{"run: DPDK (nic.memory_mb)", nic.memory_mb, kMiB}};
  return {{"run: packet buffers (nic.mbufs, nic.mtu)", std::uint64_t{nic.rx_queues} * nic.mbufs,
           nic_mbuf_bytes(nic)},
          {"run: DPDK's own", kNicOwnMb, kMiB}};
}

}  // namespace

std::vector<MemoryTerm> shared_memory(const Config& config) {
  std::vector<MemoryTerm> terms = {
      {"host totals (host.hosts, host.sketch_size)", 1, config.host.control_bytes()},
      {"capture blocks (capture.blocks, files)",
       std::uint64_t{config.capture.blocks} + config.capture.open_files_max,
       config.capture.block_bytes + kCaptureReserveBytes},
      {"open captures (capture.open_files_max)", config.capture.open_files_max, kOpenCaptureBytes},
      {"waiting datagrams (packet.datagrams_max)", config.packet.datagrams_max,
       Defragmenter::bytes_a_datagram()},
      {"their bytes (packet.fragment_pages)", config.packet.fragment_pages, FragmentPages::page_bytes()},
      {"datagrams put together", kWholeDatagramsLent, Defragmenter::bytes_a_whole()},
      {"watched subjects (detect.subjects)", config.detect.subjects, subject_bytes(config.detect)},
      {"open detections (detect.open)", config.detect.open, kDetectionBytes},
      {"lines to write (output.write_block)", 1, config.output.write_block_bytes},
      {"report (output.report_entries_max)", kReportTables * config.output.report_entries_max,
       kReportEntryBytes},
  };
  const std::vector<MemoryTerm> nic = nic_memory(config.nic);
  terms.insert(terms.end(), nic.begin(), nic.end());
  return terms;
}

std::string show_memory(const Config& config, unsigned workers) {
  const std::vector<MemoryTerm> own = worker_memory(config, workers);
  const std::vector<MemoryTerm> shared = shared_memory(config);
  std::string out = "memory at the limits, each worker:\n";
  for (const MemoryTerm& term : own) out += line(term);
  out += sum_line("a worker", sum(own)) + "memory at the limits, together:\n";
  for (const MemoryTerm& term : shared) out += line(term);
  out += sum_line(std::to_string(workers) + (workers == 1 ? " worker" : " workers"), workers * sum(own));
  out += sum_line("in total", workers * sum(own) + sum(shared));
  char flow[160];
  std::snprintf(flow, sizeof flow, "a flow takes %llu B, a mail session %zu B more and its text pages\n",
                static_cast<unsigned long long>(own.front().total() / config.flow.flows_max),
                SessionStore::bytes_a_session());
  return out + flow;
}

}  // namespace mailtap
