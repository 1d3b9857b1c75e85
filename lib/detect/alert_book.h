// SPDX-License-Identifier: Apache-2.0
// The open detections: one a (detector, subject), told when it opens, when its count has grown tenfold, and
// when it closes, one quiet window after it was last seen. And what was told lately, for detectors that tell
// once a period. Control core only.
//
// Alerts come out in order of time, those of one instant by (signature id, detector, subject), whatever the
// number of workers, provided that advance(time) is called before each record with its time. What a deadline
// causes carries the deadline's time.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "detect/detector_info.h"
#include "event/alert.h"

namespace mailtap {

class AlertSink {
 public:
  AlertSink() = default;
  AlertSink(const AlertSink&) = delete;
  AlertSink& operator=(const AlertSink&) = delete;
  virtual ~AlertSink() = default;

  virtual void on_alert(const Alert& alert) = 0;
};

// Something that counts towards a detection. Views are read during the call only.
struct Occurrence {
  const DetectorInfo* info = nullptr;
  Subject subject;
  TimeNs time = 0;
  TimeNs first_seen = 0;        // for open(): the first that counted
  std::uint64_t count = 1;      // open(): all that counted; grow(): those that came with this one
  std::uint64_t threshold = 0;  // for open()
  DurationNs window_ns = 0;     // for open(); also how long it must be quiet to close
  std::uint8_t severity = 3;    // 1 high .. 4; an open detection keeps the worst
  std::uint64_t flow_id = 0;
  const FlowFacts* flow = nullptr;
  std::span<const std::uint64_t> flows;        // for open(): those before flow_id, if any
  std::span<const std::string_view> evidence;  // added if not there yet, up to the limit
};

class AlertBook {
 public:
  static constexpr std::size_t kFlowsMax = 16;
  static constexpr std::size_t kEvidenceMax = 8;
  static constexpr std::size_t kEvidenceBytesMax = 120;

  // `sink` outlives this. `limit`: detections open at once, and as many subjects remembered as told; at the
  // limit the one that would close first closes, and the one told longest ago is forgotten.
  AlertBook(AlertSink& sink, std::size_t limit) : sink_(sink), limit_(limit) {}

  // False: this (detector, subject) is not open, and nothing was done.
  bool grow(const Occurrence& occurrence);
  void open(const Occurrence& occurrence);  // a subject that is open already grows

  // For detectors that tell once a period. A worse severity than was told is told at once.
  void tell_once(const Occurrence& occurrence, DurationNs period_ns);

  TimeNs next_due() const { return due_.empty() ? kTimeMax : due_.begin()->time; }
  void advance(TimeNs now);  // closes what was quiet for its window by `now`
  void finish(TimeNs now);   // the end of the run: closes the rest, at `now` unless it was due before

  std::size_t size() const { return open_.size(); }
  std::uint64_t closed_early() const { return closed_early_; }
  std::uint64_t forgotten() const { return forgotten_; }

 private:
  struct Key {
    std::uint32_t signature_id = 0;
    std::string_view detector;
    SubjectType type = SubjectType::kHost;
    std::string value;

    auto operator<=>(const Key&) const = default;
  };
  struct Detection {
    Alert alert;  // as it would be told now
    DurationNs window_ns = 0;
    std::uint64_t next_telling = 0;
    TimeNs due = 0;  // its place in due_; may lie before the true deadline, never behind it
  };
  using Open = std::map<Key, Detection>;
  struct Due {
    TimeNs time;
    const Key* key;
    bool operator<(const Due& other) const {
      return time != other.time ? time < other.time : *key < *other.key;
    }
  };
  struct Told {
    TimeNs time = 0;
    TimeNs first_seen = 0;
    std::uint64_t count = 0;  // since then
    std::uint8_t severity = 0;
  };
  using ToldMap = std::map<Key, Told>;

  static Key key_of(const Occurrence& occurrence);
  static void note(Alert& alert, const Occurrence& occurrence);
  void make_room(TimeNs now);
  void close(Open::iterator at, TimeNs time);
  void remember(Told& told, const Key& key, const Occurrence& occurrence);
  void forget_oldest();

  AlertSink& sink_;
  std::size_t limit_;
  Open open_;
  std::set<Due> due_;
  ToldMap told_;
  std::set<Due> told_by_time_;
  std::uint64_t closed_early_ = 0;
  std::uint64_t forgotten_ = 0;
};

}  // namespace mailtap
