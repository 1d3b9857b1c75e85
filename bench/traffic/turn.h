// SPDX-License-Identifier: Apache-2.0
// What one side says before the other answers, and the script that both sides of a connection follow.
#ifndef MAILTAP_BENCH_TRAFFIC_TURN_H_
#define MAILTAP_BENCH_TRAFFIC_TURN_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "address.h"
#include "material.h"

namespace mailtap::traffic {

// Text, then bulk.
struct Piece {
  std::string text;
  Bulk bulk;
};

// Bytes of one side; read once from front to back. Owned by the connection that sends it.
class Turn {
 public:
  Turn() = default;
  Turn(Side from, std::string text) : from_(from) { add(std::move(text)); }

  void add(std::string text) { add(Piece{std::move(text), Bulk{}}); }
  void add(Piece piece);
  Side from() const { return from_; }
  void set_from(Side from) { from_ = from; }
  std::uint64_t remaining() const { return remaining_; }
  // Copies up to `size` bytes into `out`; returns how many there were.
  std::size_t take(std::uint8_t* out, std::size_t size);

 private:
  Side from_ = Side::kClient;
  std::uint64_t remaining_ = 0;
  std::vector<Piece> pieces_;
  std::size_t piece_ = 0;
  std::size_t offset_ = 0;  // in the piece's text
};

enum class Ending : std::uint8_t { kClientCloses, kServerCloses, kClientResets, kStaysOpen };

// The dialogue of one connection, made up turn by turn while it is sent.
class Script {
 public:
  virtual ~Script() = default;
  // The next turn; false after the last. A turn is never empty.
  virtual bool next(Turn& turn) = 0;
  // How the connection ends; asked after next() said false.
  virtual Ending ending() const { return Ending::kClientCloses; }
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_TURN_H_
