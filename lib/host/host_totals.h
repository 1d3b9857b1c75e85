// SPDX-License-Identifier: Apache-2.0
// All workers' deltas of an address and role added up, with what needs every worker's view: how many
// different recipients, senders and servers. Control core only.
//
// One interval is open at a time: records come in order of time, and advance() comes before each. An interval
// without traffic is never visited. Rows are told in the order of HostKey: those that did at least `floor`
// things (all columns but bytes, added), and the `top` first of each column. At a limit (rows, or bytes of
// sketches) the least active quarter is told before its time, floor or not, and counted; a host that comes
// back then has a second row, and sums of rows stay exact.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "event/host_delta_record.h"
#include "host/distinct_sketch.h"
#include "host/host_key.h"
#include "host/host_settings.h"

namespace mailtap {

class HostSink {
 public:
  HostSink() = default;
  HostSink(const HostSink&) = delete;
  HostSink& operator=(const HostSink&) = delete;
  virtual ~HostSink() = default;

  // `time`: of the event; the interval's end, or earlier for a row that is told before its time.
  virtual void on_host(const HostSummary& host, TimeNs time) = 0;
};

enum class DistinctKind : std::uint8_t { kRecipients, kSenders, kServers, kCount };

// What one host was seen with, by hash. The views live as long as the call that takes them.
using DistinctHashes =
    std::array<std::span<const std::uint64_t>, static_cast<std::size_t>(DistinctKind::kCount)>;

class HostTotals {
 public:
  // `sink` outlives this. `seed`: random at start; no result depends on it.
  HostTotals(const HostSettings& settings, HostSink& sink, std::uint64_t seed);

  void add(const HostDeltaRecord& delta);
  void add_distinct(const HostKey& key, DistinctKind kind, std::uint64_t hash, TimeNs time);
  // All of them at once; nothing when there are none.
  void add_distinct(const HostKey& key, const DistinctHashes& hashes, TimeNs time);

  TimeNs next_due() const { return rows_.empty() ? kTimeMax : open_end_; }
  void advance(TimeNs now);  // tells the open interval when it ended by `now`
  void finish(TimeNs now);   // the end of the run: tells the open interval as of `now`

  std::size_t size() const { return rows_.size(); }
  std::uint64_t early() const { return early_; }  // rows told before their time
  std::uint64_t late() const { return late_; }    // deltas of another interval, counted in the open one
  static std::size_t bytes_a_host();              // without sketches

 private:
  struct Row {
    HostCounts counts{};
    std::array<DistinctSketch, static_cast<std::size_t>(DistinctKind::kCount)> sketches;

    std::uint64_t activity() const;
  };
  struct Hasher {
    std::uint64_t seed;
    std::size_t operator()(const HostKey& key) const { return hash_of(key, seed); }
  };
  using Rows = std::unordered_map<HostKey, Row, Hasher>;
  using Chosen = std::vector<const Rows::value_type*>;

  Row& row_of(const HostKey& key, TimeNs interval_end, TimeNs time);
  void tell_least_active(TimeNs time);
  void close(TimeNs time);
  Chosen worth_telling() const;
  void mark_top(Chosen& all, Chosen& chosen, std::size_t column) const;
  void tell(const Rows::value_type& row, TimeNs time) const;

  const HostSettings settings_;
  HostSink& sink_;
  Rows rows_;
  TimeNs open_end_ = kTimeMax;
  std::size_t sketch_bytes_ = 0;
  std::uint64_t early_ = 0;
  std::uint64_t late_ = 0;
};

}  // namespace mailtap
