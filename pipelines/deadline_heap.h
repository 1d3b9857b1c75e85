// SPDX-License-Identifier: Apache-2.0
// When which session wants to be looked at: a binary heap of (time, item) that knows where each item stands,
// so that a deadline can move without leaving a stale entry behind. Items are 0 .. capacity-1, each at most
// once. Memory is taken by the constructor. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/check.h"
#include "base/memory.h"
#include "base/time.h"

namespace mailtap {

class DeadlineHeap {
 public:
  explicit DeadlineHeap(std::size_t capacity) : nodes_(capacity), places_(capacity) {}

  static constexpr std::size_t bytes_an_item() { return sizeof(Node) + sizeof(std::uint32_t); }

  std::size_t size() const { return size_; }
  TimeNs next() const { return size_ == 0 ? kTimeMax : nodes_[0].time; }
  std::uint32_t first() const {
    MAILTAP_CHECK(size_ != 0);
    return nodes_[0].item;
  }
  bool has(std::uint32_t item) const { return places_[item] != 0; }
  TimeNs time_of(std::uint32_t item) const { return has(item) ? nodes_[places_[item] - 1].time : kTimeMax; }

  // Puts an item in, or moves it.
  void set(std::uint32_t item, TimeNs time) {
    if (!has(item)) {
      MAILTAP_CHECK(size_ < nodes_.size());
      put(size_++, {time, item});
      rise(size_ - 1);
      return;
    }
    const std::size_t place = places_[item] - 1;
    const bool earlier = time < nodes_[place].time;
    nodes_[place].time = time;
    earlier ? rise(place) : sink(place);
  }

  void remove(std::uint32_t item) {
    if (!has(item)) return;
    const std::size_t place = places_[item] - 1;
    places_[item] = 0;
    const Node last = nodes_[--size_];
    if (place == size_) return;
    put(place, last);
    rise(place);
    sink(places_[last.item] - 1);
  }

 private:
  struct Node {
    TimeNs time;
    std::uint32_t item;
  };

  void put(std::size_t place, Node node) {
    nodes_[place] = node;
    places_[node.item] = static_cast<std::uint32_t>(place + 1);
  }

  void rise(std::size_t place) {
    const Node node = nodes_[place];
    while (place != 0 && node.time < nodes_[(place - 1) / 2].time) {
      put(place, nodes_[(place - 1) / 2]);
      place = (place - 1) / 2;
    }
    put(place, node);
  }

  void sink(std::size_t place) {
    const Node node = nodes_[place];
    for (std::size_t child = 2 * place + 1; child < size_; child = 2 * place + 1) {
      if (child + 1 < size_ && nodes_[child + 1].time < nodes_[child].time) ++child;
      if (nodes_[child].time >= node.time) break;
      put(place, nodes_[child]);
      place = child;
    }
    put(place, node);
  }

  ZeroedArray<Node> nodes_;
  ZeroedArray<std::uint32_t> places_;  // by item: its place in the heap plus one; 0: not in
  std::size_t size_ = 0;
};

}  // namespace mailtap
