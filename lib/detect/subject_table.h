// SPDX-License-Identifier: Apache-2.0
// The state a window detector keeps for each subject it watches: at most `limit` of them, the one that was
// idle longest makes room, and is counted. Control core only; allocates up to its limit.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "packet/ip_address.h"

namespace mailtap {

// An address, or a keyed hash, and what else tells subjects of one detector apart.
struct SubjectKey {
  std::array<std::uint8_t, 16> id{};
  std::uint64_t more = 0;

  bool operator==(const SubjectKey&) const = default;
};

inline SubjectKey subject_key(const IpAddress& address) { return {address.octets, 0}; }

template <typename State>
class SubjectTable {
 public:
  SubjectTable(std::size_t limit, std::uint64_t seed) : limit_(limit), places_(0, Hasher{seed}) {}

  // The subject's state, made when there is none; the subject is now the one least long idle.
  State& touch(const SubjectKey& key) {
    if (const auto found = places_.find(key); found != places_.end()) {
      subjects_.splice(subjects_.begin(), subjects_, found->second);
      return found->second->second;
    }
    if (places_.size() >= limit_) evict();
    subjects_.emplace_front(key, State{});
    places_.emplace(key, subjects_.begin());
    return subjects_.front().second;
  }

  std::size_t size() const { return places_.size(); }
  std::uint64_t evicted() const { return evicted_; }

 private:
  using Subjects = std::list<std::pair<SubjectKey, State>>;
  struct Hasher {
    std::uint64_t seed;
    std::size_t operator()(const SubjectKey& key) const {
      return hash_bytes(key.id.data(), key.id.size(), seed ^ key.more);
    }
  };

  void evict() {
    places_.erase(subjects_.back().first);
    subjects_.pop_back();
    ++evicted_;
  }

  std::size_t limit_;
  Subjects subjects_;  // latest first
  std::unordered_map<SubjectKey, typename Subjects::iterator, Hasher> places_;
  std::uint64_t evicted_ = 0;
};

}  // namespace mailtap
