// SPDX-License-Identifier: Apache-2.0
// The network between a connection and the tap, where the MTU is small: cuts some packets into IPv4 or IPv6
// fragments (RFC 791 3.2, RFC 8200 4.5) of a tame network: the first holds the TCP header, some overlap the
// one before by equal bytes, and they leave in any order, at the packet's time.
#ifndef MAILTAP_BENCH_TRAFFIC_FRAGMENT_STAGE_H_
#define MAILTAP_BENCH_TRAFFIC_FRAGMENT_STAGE_H_

#include <cstdint>
#include <vector>

#include "frame_sink.h"
#include "random.h"

namespace mailtap::traffic {

class FragmentStage final : public FrameSink {
 public:
  FragmentStage(double share, Random random, FrameSink& next) : share_(share), random_(random), next_(next) {}

  void put(const Frame& frame) override;
  std::uint64_t cut() const { return cut_; }  // packets that were

 private:
  struct Head {
    std::size_t ip = 0;     // where the IP header stands
    std::size_t start = 0;  // where its payload begins
    std::size_t size = 0;   // of the payload
    bool v6 = false;
  };
  struct Piece {
    std::size_t from;
    std::size_t to;
  };

  static Head head_of(const Frame& frame);
  std::vector<Piece> pieces_of(std::size_t size);
  void emit(const Frame& frame, const Head& head, Piece piece);
  void write_v4(const Head& head, Piece piece);
  void write_v6(const Head& head, Piece piece);

  double share_;
  Random random_;
  FrameSink& next_;
  std::uint32_t id_ = 0;
  std::uint64_t cut_ = 0;
  std::vector<std::uint8_t> out_;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_FRAGMENT_STAGE_H_
