// SPDX-License-Identifier: Apache-2.0
// Exact sliding windows over capture time for one subject, in bounded memory. What happened at t is in the
// window until t + length, that instant not included: the same rule by which a detection closes. Times never
// go back. Control core only; allocates up to its bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace mailtap {

struct WindowItem {
  TimeNs time = 0;
  std::uint64_t weight = 1;
  std::uint64_t hash = 0;  // DistinctWindow: what it is; else unused
  std::uint64_t tag = 0;   // the detector's own
  std::uint64_t flow_id = 0;
};

// The flows of a window's items, in order, each once.
template <typename Items>
std::vector<std::uint64_t> flows_of(const Items& items) {
  std::vector<std::uint64_t> flows;
  for (const WindowItem& item : items) {
    if (std::find(flows.begin(), flows.end(), item.flow_id) == flows.end()) flows.push_back(item.flow_id);
  }
  return flows;
}

// How much happened: the sum of weights. Only the latest items whose weights reach the threshold can decide,
// so no more than `threshold` items are kept. A vector: most subjects hold one item or two, and a deque takes
// 600 bytes for them.
class SlidingWindow {
 public:
  // True when at least `threshold` happened in the window that ends with this item. Its weight is not 0.
  bool add(const WindowItem& item, DurationNs length_ns, std::uint64_t threshold) {
    items_.push_back(item);
    total_ += item.weight;
    std::size_t gone = 0;
    for (; item.time - items_[gone].time >= length_ns || total_ - items_[gone].weight >= threshold; ++gone) {
      total_ -= items_[gone].weight;
    }
    items_.erase(items_.begin(), items_.begin() + static_cast<std::ptrdiff_t>(gone));
    return total_ >= threshold;
  }

  void clear() {
    items_.clear();
    total_ = 0;
  }

  std::uint64_t total() const { return total_; }  // of what is kept
  const std::vector<WindowItem>& items() const { return items_; }

 private:
  std::vector<WindowItem> items_;
  std::uint64_t total_ = 0;
};

// How many different things happened, each counted by its latest occurrence. At most `keep` are remembered.
class DistinctWindow {
 public:
  // True when the window did not hold it.
  bool add(const WindowItem& item, DurationNs length_ns, std::size_t keep) {
    const auto fresh = std::find_if(items_.begin(), items_.end(), [&](const WindowItem& other) {
      return item.time - other.time < length_ns;
    });
    items_.erase(items_.begin(), fresh);
    const auto known = std::find_if(items_.begin(), items_.end(),
                                    [&item](const WindowItem& other) { return other.hash == item.hash; });
    const bool is_new = known == items_.end();
    if (!is_new) items_.erase(known);
    items_.push_back(item);
    if (items_.size() > keep) items_.erase(items_.begin());
    return is_new;
  }

  std::uint64_t total() const { return items_.size(); }  // of different things
  const std::vector<WindowItem>& items() const { return items_; }

  // How many different tags the window holds.
  std::size_t tags() const {
    std::vector<std::uint64_t> seen;
    seen.reserve(items_.size());
    for (const WindowItem& item : items_) seen.push_back(item.tag);
    std::sort(seen.begin(), seen.end());
    return static_cast<std::size_t>(std::unique(seen.begin(), seen.end()) - seen.begin());
  }

 private:
  std::vector<WindowItem> items_;  // by latest occurrence
};

}  // namespace mailtap
