// SPDX-License-Identifier: Apache-2.0
// The one queue between threads: one producer, one consumer, fixed capacity, no lock. T is small and
// trivially copyable. Boost.Lockfree behind a name of our own, so that its header stands in one place.
// Memory: capacity x sizeof(T), taken by the constructor.
#pragma once

#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <type_traits>

namespace mailtap {

template <typename T>
class SpscQueue {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  explicit SpscQueue(std::size_t capacity) : queue_(capacity) {}
  SpscQueue(const SpscQueue&) = delete;
  SpscQueue& operator=(const SpscQueue&) = delete;

  // Producer's thread. How many of the n items went in, the first ones.
  std::size_t push(const T* items, std::size_t n) { return queue_.push(items, n); }
  bool push(const T& item) { return queue_.push(item); }

  // Consumer's thread. How many items came out, at most n.
  std::size_t pop(T* items, std::size_t n) { return queue_.pop(items, n); }
  bool pop(T& item) { return queue_.pop(item); }

  // Each is exact on the side that asks for it: the producer's room can only grow behind its back, the
  // consumer's items too.
  std::size_t room() const { return queue_.write_available(); }
  std::size_t waiting() const { return queue_.read_available(); }

 private:
  boost::lockfree::spsc_queue<T> queue_;
};

}  // namespace mailtap
