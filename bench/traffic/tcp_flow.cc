// SPDX-License-Identifier: Apache-2.0
#include "tcp_flow.h"

#include <algorithm>

namespace mailtap::traffic {
namespace {

constexpr std::uint64_t kMillisecond = 1000000;
// A reset must not overtake what a late direction still has to deliver.
constexpr std::uint64_t kBeforeReset = 60 * kMillisecond;
constexpr std::uint16_t kWindowMax = 44;
constexpr std::size_t kOverlapMax = 300;

}  // namespace

TcpFlow::TcpFlow(const Ends& ends, const Carriage& carriage, const FlowOptions& options, Random random,
                 std::unique_ptr<Script> script, TapRecord* tap)
    : ends_(ends),
      carriage_(carriage),
      options_(options),
      random_(random),
      script_(std::move(script)),
      tap_(tap) {
  for (const Side side : {Side::kClient, Side::kServer}) {
    seq_[index(side)] = static_cast<std::uint32_t>(random_.next());
    if (random_.chance(0.05)) seq_[index(side)] = ~std::uint32_t{0} - random_.below(3000);  // wraps soon
    clock_[index(side)] = static_cast<std::uint32_t>(random_.next());
    ip_id_[index(side)] = static_cast<std::uint16_t>(random_.next());
  }
}

std::uint64_t TcpFlow::step(std::uint64_t now_ns, FrameSink& sink) {
  const Now now{now_ns, sink};
  if (phase_ < Phase::kTalk) return handshake(now);
  return phase_ == Phase::kTalk ? talk(now) : close(now);
}

std::uint64_t TcpFlow::half_trip() {
  return carriage_.round_trip_ns / 2 + random_.exponential(static_cast<double>(carriage_.round_trip_ns) / 8);
}

std::uint64_t TcpFlow::handshake(const Now& now) {
  if (phase_ == Phase::kSyn) {
    emit(now, Side::kClient, kSyn, seq_[0]++);
    phase_ = Phase::kSynAck;
  } else if (phase_ == Phase::kSynAck) {
    emit(now, Side::kServer, kSyn | kAck, seq_[1]++);
    phase_ = Phase::kHandshakeAck;
  } else {
    emit(now, Side::kClient, kAck, seq_[0]);
    phase_ = Phase::kTalk;
  }
  return half_trip();
}

std::uint64_t TcpFlow::talk(const Now& now) {
  if (hole_ != nullptr && (hole_->segments_left == 0 || turn_.remaining() == 0)) return fill_hole(now);
  if (turn_.remaining() == 0) return next_turn(now);
  if (unacknowledged_ >= 2) {
    acknowledge(now, other(turn_.from()));
    if (in_flight_ < window_) return carriage_.segment_gap_ns;
    in_flight_ = 0;
    window_ = std::min<std::uint16_t>(static_cast<std::uint16_t>(window_ * 2), kWindowMax);
    return carriage_.round_trip_ns;
  }
  return send_data(now);
}

std::uint64_t TcpFlow::next_turn(const Now& now) {
  const Side before = turn_.from();
  turn_ = Turn();
  in_flight_ = 0;
  if (!script_->next(turn_)) {
    if (unacknowledged_ > 0) acknowledge(now, other(before));
    const Ending ending = script_->ending();
    if (ending == Ending::kStaysOpen) return kDone;
    closer_ = ending == Ending::kServerCloses ? Side::kServer : Side::kClient;
    phase_ = ending == Ending::kClientResets ? Phase::kReset : Phase::kFirstFin;
    return ending == Ending::kClientResets ? kBeforeReset : half_trip();
  }
  const bool answered = turn_.from() != before;
  if (unacknowledged_ > 0 && (!answered || random_.chance(0.3))) acknowledge(now, other(before));
  if (answered) unacknowledged_ = 0;  // by what is sent now
  return answered ? half_trip() : carriage_.segment_gap_ns + random_.below(200000);
}

std::size_t TcpFlow::next_size() {
  const std::size_t most = payload_max(ends_);
  const bool small = carriage_.cuts && (turn_.remaining() < 4000 || random_.chance(0.1));
  return small ? random_.between(1, random_.chance(0.5) ? 12 : 400) : most;
}

std::uint64_t TcpFlow::send_data(const Now& now) {
  std::array<std::uint8_t, kMtu> bytes;
  const Side from = turn_.from();
  const std::size_t size = next_size();
  const std::size_t back = step_back(from, size, bytes.data());
  const std::size_t fresh = turn_.take(bytes.data() + back, size - back);
  const std::uint32_t seq = seq_[index(from)] - static_cast<std::uint32_t>(back);
  seq_[index(from)] += static_cast<std::uint32_t>(fresh);
  payload_[index(from)] += fresh;
  ++in_flight_;
  ++unacknowledged_;
  const bool lost =
      hole_ == nullptr && turn_.remaining() > 4 * kMtu && random_.chance(options_.upstream_losses);
  if (lost) {
    hole_ = std::make_unique<Hole>();
    hole_->bytes.assign(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(back + fresh));
    hole_->seq = seq;
    hole_->segments_left = random_.between(1, 8);
  } else {
    if (hole_ != nullptr) --hole_->segments_left;
    transmit(now, from, seq, bytes.data(), back + fresh);
  }
  return carriage_.segment_gap_ns + random_.below(4000);
}

// The receiver kept asking for the hole; the sender sends it again after a round trip.
std::uint64_t TcpFlow::fill_hole(const Now& now) {
  if (!hole_->waited) {
    hole_->waited = true;
    return carriage_.round_trip_ns;
  }
  const std::unique_ptr<Hole> hole = std::move(hole_);
  emit(now, turn_.from(), kAck | kPsh, hole->seq, reinterpret_cast<const std::uint8_t*>(hole->bytes.data()),
       hole->bytes.size());
  unacknowledged_ = 2;
  if (turn_.remaining() == 0) acknowledge(now, other(turn_.from()));
  return carriage_.segment_gap_ns;
}

// Begins the segment with the end of the one before; returns how many bytes of it.
std::size_t TcpFlow::step_back(Side from, std::size_t size, std::uint8_t* out) {
  const std::string& last = last_[index(from)];
  if (last.empty() || hole_ != nullptr || size < 2 || !random_.chance(options_.overlaps / 2)) return 0;
  const std::size_t most = std::min({last.size(), size - 1, kOverlapMax});
  const std::size_t back = random_.between(1, static_cast<std::uint32_t>(most));
  std::copy_n(last.end() - static_cast<std::ptrdiff_t>(back), back, out);
  return back;
}

void TcpFlow::transmit(const Now& now, Side from, std::uint32_t seq, std::uint8_t* bytes, std::size_t size) {
  const std::uint8_t flags = kAck | (turn_.remaining() == 0 || size < payload_max(ends_) ? kPsh : 0);
  if (random_.chance(options_.corrupted) && ends_.sums[index(from)] == SumMode::kFull) {
    emit(now, from, flags, seq, bytes, size, true);
  }
  emit(now, from, flags, seq, bytes, size);
  if (random_.chance(options_.overlaps / 2)) repeat_part(now, from, seq, bytes, size);
  if (options_.overlaps > 0) last_[index(from)].assign(bytes, bytes + size);
  if (random_.chance(options_.conflicts)) contradict(now, from, seq, bytes, size);
}

void TcpFlow::repeat_part(const Now& now, Side from, std::uint32_t seq, const std::uint8_t* bytes,
                          std::size_t size) {
  const std::uint32_t begin = random_.below(static_cast<std::uint32_t>(size));
  const std::uint32_t part = random_.between(1, static_cast<std::uint32_t>(size) - begin);
  emit(now, from, kAck | kPsh, seq + begin, bytes + begin, part);
}

// Same place, other bytes, a good checksum: the first copy must win.
void TcpFlow::contradict(const Now& now, Side from, std::uint32_t seq, std::uint8_t* bytes,
                         std::size_t size) {
  const std::size_t at = random_.below(static_cast<std::uint32_t>(size));
  bytes[at] = static_cast<std::uint8_t>(bytes[at] ^ 0x01);
  emit(now, from, kAck | kPsh, seq, bytes, size);
  contradicted_ = true;
}

void TcpFlow::acknowledge(const Now& now, Side from) {
  emit(now, from, kAck, seq_[index(from)]);
  unacknowledged_ = 0;
}

std::uint64_t TcpFlow::close(const Now& now) {
  if (phase_ == Phase::kReset) {
    emit(now, Side::kClient, kRst | kAck, seq_[0]);
    return kDone;
  }
  if (phase_ == Phase::kLastAck) {
    emit(now, closer_, kAck, seq_[index(closer_)]);
    return kDone;
  }
  const Side from = phase_ == Phase::kFirstFin ? closer_ : other(closer_);
  emit(now, from, kFin | kAck, seq_[index(from)]++);
  phase_ = phase_ == Phase::kFirstFin ? Phase::kSecondFin : Phase::kLastAck;
  return half_trip();
}

void TcpFlow::emit(const Now& now, Side from, std::uint8_t flags, std::uint32_t seq,
                   const std::uint8_t* bytes, std::size_t size, bool damaged) {
  const std::size_t self = index(from);
  const std::size_t peer = index(other(from));
  const bool hole_ahead = hole_ != nullptr && turn_.from() != from;
  const std::uint32_t clock = clock_[self] + static_cast<std::uint32_t>(now.ns / kMillisecond);
  std::array<std::uint8_t, kFrameMax> frame;
  Segment segment{from,        flags, seq, hole_ahead ? hole_->seq : seq_[peer], ++ip_id_[self], clock,
                  echo_[self], bytes, size};
  const std::size_t frame_size = build_frame(ends_, segment, frame.data());
  if (damaged) frame[frame_size - 1 - random_.below(static_cast<std::uint32_t>(size))] ^= 0x10;
  echo_[peer] = clock;
  Frame out;
  out.time_ns = now.ns;
  out.data = frame.data();
  out.size = frame_size;
  out.payload_size = size;
  out.skew_ns = carriage_.skew_ns[self];
  out.steady = (flags & kRst) != 0;
  out.tap = tap_;
  now.sink.put(out);
}

}  // namespace mailtap::traffic
