// SPDX-License-Identifier: Apache-2.0
// The bytes that bulk is made of, built once and read round and round: message lines, TLS records, noise.
// Const after construction; every Bulk points into it, so it outlives all turns.
#ifndef MAILTAP_BENCH_TRAFFIC_MATERIAL_H_
#define MAILTAP_BENCH_TRAFFIC_MATERIAL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "random.h"

namespace mailtap::traffic {

// `length` bytes of `block` from `position` on, round and round.
struct Bulk {
  const std::string* block = nullptr;
  std::uint64_t position = 0;
  std::uint64_t length = 0;

  // Copies up to `size` bytes, moves on, and returns how many there were.
  std::size_t take(std::uint8_t* out, std::size_t size);
};

class Material {
 public:
  explicit Material(Random random);
  Material(const Material&) = delete;
  Material& operator=(const Material&) = delete;

  // Whole lines, at least `octets` bytes of them: as the message has them (BDAT), and dot-stuffed (DATA, RFC
  // 5321 4.5.2).
  struct Body {
    Bulk plain;
    Bulk stuffed;
  };
  Body body(Random& random, std::uint64_t octets) const;
  // Whole TLS application data records (RFC 8446 5.1), at least `octets` bytes of them.
  Bulk records(Random& random, std::uint64_t octets) const;
  // Bytes without a meaning.
  Bulk noise(Random& random, std::uint64_t octets) const;

 private:
  // Text cut into units that are never divided: lines, records.
  struct Units {
    std::string text;
    std::vector<std::uint64_t> starts{0};  // of every unit, and the end of the last
    void add(const std::string& unit);
  };
  static std::size_t end_of_run(const Units& units, std::size_t first, std::uint64_t octets);
  static Bulk run(const Units& units, std::size_t first, std::size_t end, std::uint64_t rounds);

  Units plain_;
  Units stuffed_;
  Units records_;
  std::string noise_;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_MATERIAL_H_
