// SPDX-License-Identifier: Apache-2.0
// Segments made of fuzz bytes: no page may leak, time may not run backwards, and byte counts must equal what
// was told as long as nobody skips. The first byte says in which call the consumer does.
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/check.h"
#include "tcp/stream_reassembler.h"

namespace {

using namespace mailtap;

class Judge final : public StreamConsumer {
 public:
  Judge(StreamReassembler& reassembler, StreamState& state, unsigned skip_in)
      : reassembler_(reassembler), state_(state), skip_in_(skip_in) {}
  void on_chunk(Side from, Bytes bytes, TimeNs now) override { take(from, bytes.size(), now); }
  void on_gap(Side from, std::uint64_t bytes, TimeNs now) override { take(from, bytes, now); }
  void on_conflict(Side, TimeNs now) override { take(Side::kA, 0, now); }
  void on_close(Side, TimeNs now) override { take(Side::kA, 0, now); }
  void on_reset(Side, TimeNs now) override { take(Side::kA, 0, now); }
  std::array<std::uint64_t, 2> told{};

 private:
  void take(Side from, std::uint64_t bytes, TimeNs now) {
    MAILTAP_CHECK(now >= time_);
    time_ = now;
    told[index_of(from)] += bytes;
    if (skip_in_ != 0 && --skip_in_ == 0) reassembler_.skip(state_);
  }
  StreamReassembler& reassembler_;
  StreamState& state_;
  unsigned skip_in_;  // 0: never
  TimeNs time_ = kTimeMin;
};

constexpr std::size_t kRecordSize = 12;

StreamSegment segment_of(const std::uint8_t* at, TimeNs time) {
  static const std::array<std::uint8_t, 256> kPayload{};
  StreamSegment segment;
  segment.time = time;
  segment.from = (at[0] & 1) != 0 ? Side::kA : Side::kB;
  segment.checksum = static_cast<StreamChecksum>(at[0] >> 1 & 3);
  segment.flags = static_cast<std::uint8_t>(at[1] & 0x1f);
  const bool wild = (at[0] & 0x80) != 0;
  segment.seq = wild ? load_be32(at + 2) : 0xffff'ff00U + load_be16(at + 2) % 2048U;
  segment.ack = wild ? load_be32(at + 4) : 0xffff'ff00U + load_be16(at + 4) % 2048U;
  segment.payload = Bytes(kPayload).first(at[6]);
  segment.payload_cut = at[7] % 16;
  segment.window = load_be16(at + 8);
  segment.window_shift = at[10];
  return segment;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TcpSettings settings;
  settings.held_pages_max = 24;
  settings.skew_bytes_max = 2048;
  settings.hole_bytes_max = 4096;
  PagePool pool(128, 16);
  StreamReassembler reassembler(settings, pool, 4);
  StreamState state;
  if (size == 0) return 0;
  Judge judge(reassembler, state, data[0]);
  ++data;
  --size;
  TimeNs time = 0;
  for (; size >= kRecordSize; data += kRecordSize, size -= kRecordSize) {
    time += data[11] * kMillisecondNs;
    reassembler.on_segment(state, segment_of(data, time), judge);
    MAILTAP_CHECK(pool.used() == state.pages);
  }
  reassembler.finish(state, time, judge);
  MAILTAP_CHECK(pool.used() == 0);
  if (!state.skipping)
    MAILTAP_CHECK(judge.told[0] == state.bytes(Side::kA) && judge.told[1] == state.bytes(Side::kB));
  return 0;
}
