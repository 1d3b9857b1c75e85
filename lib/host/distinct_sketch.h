// SPDX-License-Identifier: Apache-2.0
// How many different things were seen. Exact up to kExactMax (their hashes are kept, sorted), then
// HyperLogLog with 2^14 registers, standard error 0.81 %, read with Ertl's estimator (arXiv:1702.01284),
// which needs no table of corrections. Adding the same things in any order, or merging parts, gives the same
// sketch. Control core only; allocates; at most kBytesMax.
//
// The hash has no seed, so that every run and every worker's share counts alike; who knows it can make many
// things look like one, which hides a crowd but never invents one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "packet/ip_address.h"

namespace mailtap {

std::uint64_t distinct_hash(const IpAddress& address);

// A mailbox as sent: the angle brackets and the case of ASCII letters make no difference. (RFC 5321 2.4
// leaves the case of a local part to its host; no host in use tells two people apart by it.)
std::uint64_t distinct_hash(std::string_view mailbox);

class DistinctSketch {
 public:
  static constexpr std::size_t kExactMax = 512;
  static constexpr unsigned kIndexBits = 14;
  static constexpr std::size_t kRegisters = std::size_t{1} << kIndexBits;
  static constexpr std::size_t kBytesMax = kRegisters;

  void add(std::uint64_t hash);
  void merge(const DistinctSketch& other);

  std::uint64_t estimate() const;
  bool exact() const { return registers_ == nullptr; }
  std::size_t bytes() const;  // on the heap

 private:
  using Registers = std::array<std::uint8_t, kRegisters>;

  void add_to_registers(std::uint64_t hash);
  void make_dense();

  std::vector<std::uint64_t> hashes_;
  std::unique_ptr<Registers> registers_;
};

}  // namespace mailtap
