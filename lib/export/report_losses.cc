// SPDX-License-Identifier: Apache-2.0
#include "export/report_losses.h"

#include <algorithm>
#include <string_view>

#include "export/report.h"

namespace mailtap {
namespace {

struct CountedLoss {
  std::uint64_t StatsCounts::*count;
  std::string_view name;
  std::string_view text;
};

constexpr std::array kCounted = {
    CountedLoss{&StatsCounts::nic_missed, "nic_missed",
                "packets for which the NIC or a worker's ring had no room"},
    CountedLoss{&StatsCounts::nic_no_buffer, "nic_no_buffer",
                "packets for which no buffer was free (nic.mbufs)"},
    CountedLoss{&StatsCounts::nic_errors, "nic_errors", "packets that the NIC received with an error"},
    CountedLoss{
        &StatsCounts::files_waited, "files_waited",
        "files that waited for others to end, the times of their packets held (capture.open_files_max)"},
    CountedLoss{&StatsCounts::time_clamped, "time_clamped",
                "packets whose time ran backwards, taken at the time before them"},
    CountedLoss{&StatsCounts::lengths_raised, "lengths_raised",
                "packets with more bytes than they are said to have had, taken as they are"},
    CountedLoss{&StatsCounts::truncated_frames, "truncated_frames", "packets of mail cut by the capture"},
    CountedLoss{&StatsCounts::bad_checksums, "bad_checksums", "segments of mail with a wrong checksum"},
    CountedLoss{&StatsCounts::gaps, "gaps", "gaps in TCP streams"},
    CountedLoss{&StatsCounts::gap_bytes, "gap_bytes", "bytes lost in them"},
    CountedLoss{&StatsCounts::flows_evicted, "flows_evicted", "flows given up at a limit (flow.flows_max)"},
    CountedLoss{&StatsCounts::sessions_evicted, "sessions_evicted",
                "mail sessions given up at a limit (pipeline.sessions_max, flow.flows_max)"},
    CountedLoss{&StatsCounts::pages_refused, "pages_refused",
                "texts or segments cut at a limit (pipeline.text_pages, pipeline.held_pages, smtp.*_max)"},
    CountedLoss{&StatsCounts::hosts_evicted, "hosts_evicted",
                "times a worker's host counters were sent early (host.worker_hosts)"},
    CountedLoss{&StatsCounts::records_cut, "records_cut",
                "records cut to a buffer's size (event.buffer_size)"},
    CountedLoss{&StatsCounts::datagrams_timed_out, "datagrams_timed_out",
                "datagrams of which fragments were missing (packet.fragment_wait)"},
    CountedLoss{&StatsCounts::datagrams_evicted, "datagrams_evicted",
                "datagrams given up at a limit (packet.datagrams_max, packet.fragment_pages)"},
    CountedLoss{&StatsCounts::datagrams_no_room, "datagrams_no_room",
                "datagrams put together that no worker had room for"},
    CountedLoss{&StatsCounts::fragments_truncated, "fragments_truncated",
                "fragments cut by the capture, their datagrams given up"},
    CountedLoss{&StatsCounts::fragments_discarded, "fragments_discarded",
                "fragments of datagrams that were given up before"},
    CountedLoss{&StatsCounts::fragments_overlap, "fragments_overlap",
                "fragments with other bytes than an earlier one, not used"},
    CountedLoss{&StatsCounts::fragments_overlong, "fragments_overlong",
                "fragments that end behind what a datagram can hold"},
    CountedLoss{&StatsCounts::fragments_bad_length, "fragments_bad_length",
                "fragments with a length that cannot be"},
};

struct NamedText {
  std::string_view name;
  std::string_view text;  // empty: no loss, or told elsewhere
};

// What is on a tap besides TCP, and what the name alone does not explain. Of fragments, those that nobody put
// together are told apart.
constexpr std::string_view kFragment = "fragment";
constexpr std::array kDrops = {
    NamedText{"not_ip", ""},
    NamedText{"not_tcp", ""},
    NamedText{kFragment, ""},
    NamedText{"too_deep", "packets in more tunnels than are opened (packet.tunnel_depth_max)"},
    NamedText{"protected_link", "packets encrypted by their wireless link"},
    NamedText{"split_link", "wireless frames that are fragments, or hold several packets"}};

constexpr std::array kControl = {
    NamedText{"workers_passed", "times a silent worker was not waited for (event.worker_silent_max)"},
    NamedText{"hosts_told_early", "hosts told in several pieces at a limit (host.hosts)"},
    NamedText{"detection_subjects_evicted", "subjects that detectors forgot at a limit (detect.subjects)"},
    NamedText{"detections_closed_early", "detections closed early at a limit (detect.open)"},
    NamedText{"events_unwritten", ""}};  // RunFacts knows it to the end

std::string words(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

// A name that is in no list is told as it is: nothing is lost silently because nobody has found words for it.
template <std::size_t N>
void add_named(const NamedSums& sums, const std::array<NamedText, N>& known, std::string_view prefix,
               std::string_view unknown, std::vector<Loss>& losses) {
  for (const auto& sum : sums) {
    if (sum.second == 0) continue;
    const auto found = std::find_if(known.begin(), known.end(),
                                    [&sum](const NamedText& one) { return one.name == sum.first; });
    if (found != known.end() && found->text.empty()) continue;
    const std::string text =
        found == known.end() ? std::string(unknown) + words(sum.first) : std::string(found->text);
    losses.push_back({std::string(prefix) + sum.first, text, sum.second});
  }
}

// Each fragment is a packet that was dropped as such; those that were looked at are told by what became of
// them.
void add_fragments(const WorkerStats& sum, std::vector<Loss>& losses) {
  const auto dropped = sum.drops.find(kFragment);
  if (dropped == sum.drops.end() || dropped->second <= sum.counts.fragments_seen) return;
  losses.push_back(
      {"dropped_fragment", "packets not read: fragment", dropped->second - sum.counts.fragments_seen});
}

void add_records(const StatsCounts& counts, std::vector<Loss>& losses) {
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < kRecordKinds; ++i) {
    const auto kind = static_cast<RecordKind>(i);
    const std::uint64_t lost = counts.records_lost[i];
    all += lost;
    if (lost == 0) continue;
    losses.push_back({"records_lost_" + std::string(name_of(kind)),
                      words(name_of(kind)) + " records lost on their way to the control core (event.buffers)",
                      lost});
  }
  losses.push_back({"records_lost", "", all});
}

}  // namespace

std::vector<Loss> losses_of(const RunFacts& facts) {
  const WorkerStats sum = facts.stats == nullptr ? WorkerStats{} : facts.stats->sum();
  std::vector<Loss> losses;
  losses.reserve(kCounted.size());
  for (const CountedLoss& loss : kCounted)
    losses.push_back({std::string(loss.name), std::string(loss.text), sum.counts.*loss.count});
  add_records(sum.counts, losses);
  losses.push_back({"events_unwritten", "events not written", facts.events_unwritten});
  add_named(sum.drops, kDrops, "dropped_", "packets not read: ", losses);
  add_fragments(sum, losses);
  if (facts.stats != nullptr) add_named(facts.stats->control(), kControl, "", "", losses);
  return losses;
}

}  // namespace mailtap
