// SPDX-License-Identifier: Apache-2.0
// Eight octets a fragment: which datagram and IP version, more and lies, offset, size, what was cut off, time
// passed. What a datagram holds at a place is a function of both, unless its fragment lies; so what comes
// out whole without a lie is known, whatever the order. Fragments lie in memory of exactly their size.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "packet/decode.h"
#include "packet/defragmenter.h"
#include "packet/whole_datagram.h"

namespace {

using mailtap::Bytes;

std::uint8_t octet_at(std::uint32_t id, std::size_t place) {
  return static_cast<std::uint8_t>(id * 37 + place * 11 + place / 256);
}

mailtap::PacketSettings tight() {
  mailtap::PacketSettings settings;
  settings.datagrams_max = 6;
  settings.fragment_pages = 64;
  return settings;
}

class Run {
 public:
  void take(const std::uint8_t* op) {
    mailtap::IpFragment& fragment = fragment_;
    fragment.id = op[0] & 7U;
    fragment.ip_version = (op[0] & 8) != 0 ? 6 : 4;
    fragment.protocol = (op[0] & 16) != 0 ? 6 : 47;
    fragment.source.octets[10] = fragment.source.octets[11] = 0xff;
    fragment.destination = fragment.source;
    fragment.more = (op[1] & 1) != 0;
    const bool lies = (op[1] & 0xc0) == 0xc0;
    lied_[op[0] & 31U] = lied_[op[0] & 31U] || lies;
    fragment.offset = (op[2] * 256U + op[3]) * 8 % 65'536;
    fragment.size = (op[4] * 256U + op[5]) >> ((op[1] >> 1) & 7U);
    fragment.time += static_cast<mailtap::DurationNs>(op[7]) * 40 * mailtap::kMillisecondNs;
    const std::size_t captured =
        fragment.size - std::min<std::size_t>(fragment.size, op[6] > 200 ? op[6] - 200U : 0);
    const auto bytes = std::make_unique<std::uint8_t[]>(captured);
    for (std::size_t i = 0; i < captured; ++i)
      bytes[i] = static_cast<std::uint8_t>(octet_at(key(op), fragment.offset + i) ^ (lies ? 1 : 0));
    fragment.data = Bytes(bytes.get(), captured);
    mailtap::Frame whole;
    defragmenter_.add(fragment, 0, whole);
    if (whole.data != nullptr) hold(whole, op);
  }

  void end() {
    for (const mailtap::Frame& whole : lent_) defragmenter_.release(whole);
    defragmenter_.finish();
    const mailtap::FragmentSums sums = counters_.sums();
    if (sums.seen < sums.duplicates || sums.seen < sums.whole) __builtin_trap();
  }

 private:
  static std::uint32_t key(const std::uint8_t* op) { return (op[0] & 15U) | (op[0] & 8U ? 0U : op[0] & 16U); }

  void hold(const mailtap::Frame& whole, const std::uint8_t* op) {
    if (whole.captured > whole.on_wire) __builtin_trap();
    mailtap::TcpSegment segment;
    decoder_.decode(whole, segment);
    const std::size_t around = sizeof(mailtap::WholeDatagram) + (fragment_.ip_version == 4 ? 20 : 40);
    const bool lied = lied_[op[0] & 15U] || lied_[(op[0] & 15U) | 16U];
    for (std::size_t i = around; i < whole.captured && !lied; ++i)
      if (whole.data[i] != octet_at(key(op), i - around)) __builtin_trap();
    lent_.push_back(whole);
    if (lent_.size() < 300 && (op[0] & 32) != 0) return;
    for (const mailtap::Frame& one : lent_) defragmenter_.release(one);
    lent_.clear();
  }

  mailtap::FragmentCounters counters_;
  mailtap::Defragmenter defragmenter_{tight(), 1, counters_};
  mailtap::Decoder decoder_{mailtap::PacketSettings{}};
  mailtap::IpFragment fragment_;
  std::vector<mailtap::Frame> lent_;
  std::array<bool, 32> lied_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Run run;
  for (; size >= 8; data += 8, size -= 8) run.take(data);
  run.end();
  return 0;
}
