// SPDX-License-Identifier: Apache-2.0
#include "fragment_stage.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "checksum.h"

namespace mailtap::traffic {
namespace {

constexpr std::size_t kUnit = 8;
constexpr std::size_t kFirstMin = 24;  // holds the TCP header
constexpr std::size_t kEthernet = 14, kTag = 4, kIpv4 = 20, kIpv6 = 40;
constexpr std::uint8_t kFragmentHeader = 44;
constexpr std::uint32_t kPiecesMax = 5;
constexpr double kOverlaps = 0.25;  // of pieces

void store_be(std::uint8_t* at, std::size_t value, int bytes) {
  while (bytes-- > 0) *at++ = static_cast<std::uint8_t>(value >> (8 * bytes));
}

}  // namespace

void FragmentStage::put(const Frame& frame) {
  const Head head = head_of(frame);
  if (head.size <= kFirstMin || !random_.chance(share_)) return next_.put(frame);
  std::vector<Piece> pieces = pieces_of(head.size);
  for (std::size_t i = pieces.size(); i > 1; --i)
    std::swap(pieces[i - 1], pieces[random_.below(static_cast<std::uint32_t>(i))]);
  ++id_;
  ++cut_;
  for (const Piece& piece : pieces) emit(frame, head, piece);
}

// Frames come from build_frame(): one tag at most, no IP options.
FragmentStage::Head FragmentStage::head_of(const Frame& frame) {
  Head head;
  head.ip = kEthernet + (frame.data[12] == 0x81 ? kTag : 0);
  head.v6 = frame.data[head.ip] >> 4 == 6;
  head.start = head.ip + (head.v6 ? kIpv6 : kIpv4);
  head.size = frame.size - head.start;
  return head;
}

std::vector<FragmentStage::Piece> FragmentStage::pieces_of(std::size_t size) {
  const std::size_t units = (size - kFirstMin - 1) / kUnit;  // at whose ends it may be cut, besides kFirstMin
  std::vector<std::size_t> cuts = {
      0, kFirstMin + kUnit * random_.below(static_cast<std::uint32_t>(units + 1)), size};
  for (std::uint32_t more = random_.below(kPiecesMax - 1); more > 0; --more)
    cuts.push_back(kFirstMin + kUnit * random_.below(static_cast<std::uint32_t>(units + 1)));
  std::sort(cuts.begin(), cuts.end());
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  std::vector<Piece> pieces;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const bool overlaps = cuts[i] > kFirstMin && random_.chance(kOverlaps);
    pieces.push_back({cuts[i] - (overlaps ? kUnit : 0), cuts[i + 1]});
  }
  return pieces;
}

void FragmentStage::emit(const Frame& frame, const Head& head, Piece piece) {
  out_.assign(frame.data, frame.data + head.start);
  if (head.v6)
    write_v6(head, piece);
  else
    write_v4(head, piece);
  out_.insert(out_.end(), frame.data + head.start + piece.from, frame.data + head.start + piece.to);
  Frame fragment = frame;
  fragment.data = out_.data();
  fragment.size = out_.size();
  next_.put(fragment);
}

void FragmentStage::write_v4(const Head& head, Piece piece) {
  std::uint8_t* ip = out_.data() + head.ip;
  store_be(ip + 2, kIpv4 + piece.to - piece.from, 2);
  store_be(ip + 4, id_, 2);
  store_be(ip + 6, piece.from / kUnit | (piece.to == head.size ? 0U : 0x2000U), 2);
  store_be(ip + 10, 0, 2);
  const auto sum = static_cast<std::uint16_t>(~fold(add_to_sum(0, ip, kIpv4)));
  std::memcpy(ip + 10, &sum, sizeof sum);
}

void FragmentStage::write_v6(const Head& head, Piece piece) {
  std::uint8_t* ip = out_.data() + head.ip;
  std::uint8_t header[kUnit] = {ip[6], 0};
  ip[6] = kFragmentHeader;
  store_be(ip + 4, sizeof header + piece.to - piece.from, 2);
  store_be(header + 2, piece.from | (piece.to == head.size ? 0U : 1U), 2);
  store_be(header + 4, id_, 4);
  out_.insert(out_.end(), std::begin(header), std::end(header));
}

}  // namespace mailtap::traffic
