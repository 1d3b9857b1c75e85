// SPDX-License-Identifier: Apache-2.0
#include "pipelines/worker.h"

#include <algorithm>

#include "base/check.h"

namespace mailtap {
namespace {

// Between two rounds of the sweep over the table no more than an eighth of its slots are taken anew.
constexpr std::size_t kSweepSlotsABurst = 4;
constexpr std::size_t kSweepSlotsANewFlow = 8;

bool has_payload(const TcpSegment& segment) { return !segment.payload.empty() || segment.payload_cut != 0; }

StreamChecksum to_stream(ChecksumVerdict verdict) {
  switch (verdict) {
    case ChecksumVerdict::kGood: return StreamChecksum::kGood;
    case ChecksumVerdict::kPseudo: return StreamChecksum::kPseudo;
    case ChecksumVerdict::kBad: return StreamChecksum::kBad;
    case ChecksumVerdict::kUnknown: break;
  }
  return StreamChecksum::kUnknown;
}

StreamSegment to_stream(const TcpSegment& segment, Side from) {
  StreamSegment stream;
  stream.time = segment.time;
  stream.payload = segment.payload;
  stream.payload_cut = segment.payload_cut;
  stream.seq = segment.seq;
  stream.ack = segment.ack;
  stream.window = segment.window;
  stream.window_shift = segment.window_shift;
  stream.flags = segment.flags;
  stream.from = from;
  return stream;
}

}  // namespace

Worker::Worker(std::uint16_t number, const WorkerParts& parts, PacketSource& source, RecordChannel& channel,
               bool steered)
    : parts_(parts),
      number_(number),
      source_(source),
      sender_(channel),
      clock_(sender_.cycles_waited()),
      decoder_(parts.packet),
      fragments_(parts, !steered, sender_),
      flows_(parts.flow, parts.seed),
      sessions_(parts.pipeline.sessions_max),
      deadlines_(parts.pipeline.sessions_max),
      held_(parts.pipeline.held_page_bytes, parts.pipeline.held_pages),
      reassembler_(parts.tcp, held_, parts.pipeline.sessions_max),
      hosts_(parts.host, parts.seed + 1),
      reader_(parts, reassembler_, hosts_, sender_, clock_) {}

void Worker::run(const std::atomic<bool>& stop) {
  while (step(stop)) {
  }
  finish();
}

bool Worker::step(const std::atomic<bool>& stop) {
  std::array<Frame, kBurstMax> frames;
  const bool stopping = stop.load(std::memory_order_relaxed);
  const Receipt receipt = source_.receive(frames);
  if (receipt.state != SourceState::kMore) {
    state_ = receipt.state;
    reach(receipt.now);
    return false;
  }
  const bool idle = receipt.count == 0;
  lap(idle, Stage::kReceive);
  work({frames.data(), receipt.count});
  source_.release({frames.data(), receipt.count});
  sweep();
  fragments_.expire(receipt.now);
  if (reach(receipt.now) && send_stats(now_)) sender_.reached(now_);
  lap(idle, Stage::kUpkeep);
  return !stopping || (receipt.count != 0 && !parts_.sleeps);
}

void Worker::lap(bool idle, Stage stage) {
  if (idle)
    clock_.lap_idle();
  else
    clock_.lap(stage);
}

// As many slots as new flows ask for: every look at one is a cache line of the whole table.
void Worker::sweep() {
  const std::uint64_t opened = flows_.counters().opened.get();
  flows_.sweep(now_, kSweepSlotsABurst + kSweepSlotsANewFlow * (opened - swept_for_));
  swept_for_ = opened;
}

void Worker::work(std::span<const Frame> frames) {
  if (frames.empty()) return;
  if (first_time_ == kTimeMax) first_time_ = frames.front().time;
  const std::size_t n = decode_burst(frames);
  clock_.lap(Stage::kDecode);
  clock_.begin_packets();
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t session = flows_.likely_session(burst_[i].hash);
    if (session != kNoSession) sessions_.prefetch(session);
  }
  for (std::size_t i = 0; i < n; ++i) handle(burst_[i]);
  fragments_.give_back();
  clock_.end_packets();
}

std::size_t Worker::decode_burst(std::span<const Frame> frames) {
  std::size_t n = 0;
  for (const Frame& frame : frames) {
    if (frame.link != LinkType::kWhole) {  // its fragments were the packets
      ++packets_;
      bytes_ += frame.on_wire;
    }
    Decoded& decoded = burst_[n];
    if (!decode(frame, decoded.segment)) continue;
    make_flow_key(decoded.segment, parts_.flow, decoded.keyed);
    decoded.hash = flows_.hash(decoded.keyed.key);
    flows_.prefetch(decoded.hash);
    ++n;
  }
  return n;
}

bool Worker::decode(const Frame& frame, TcpSegment& segment) {
  const Drop drop = decoder_.decode(frame, segment);
  if (drop == Drop::kNone) return true;
  ++drops_[static_cast<std::size_t>(drop)];
  return drop == Drop::kFragment && put_together(frame, segment);
}

// The datagram may itself be a fragment, in a tunnel; no deeper than tunnels go.
bool Worker::put_together(const Frame& frame, TcpSegment& segment) {
  Frame whole;
  return fragments_.take(frame, decoder_.fragment(), whole) && decode(whole, segment);
}

void Worker::handle(const Decoded& decoded) {
  reach(decoded.segment.time);
  FlowState* state = flow_of(decoded);
  if (state == nullptr || state->kind() == FlowKind::kNotOurs || state->kind() == FlowKind::kClosed) return;
  if (!state->has_session()) {
    if (!has_payload(decoded.segment)) return note_sum(decoded, *state);
    if (!reader_.may_be_mail(decoded.segment)) return state->set_not_ours();
    state->set_mail(open_session(decoded, *state));
  }
  give_to_session(decoded, *state);
}

// A side whose handshake had a right checksum is not believed a wrong one with its first payload.
void Worker::note_sum(const Decoded& decoded, FlowState& state) {
  if (state.good_sum_seen(decoded.keyed.from)) return;
  if (verify_checksum(decoded.segment) == ChecksumVerdict::kGood) state.note_good_sum(decoded.keyed.from);
}

// Null: the segment is late or forged, and belongs to no connection.
FlowState* Worker::flow_of(const Decoded& decoded) {
  FlowState* state = flows_.find(decoded.keyed.key, decoded.hash, now_);
  if (state == nullptr) return open_flow(decoded);
  switch (state->observe(decoded.segment, decoded.keyed.from)) {
    case Belongs::kHere: return state;
    case Belongs::kStale: ++stale_segments_; return nullptr;
    case Belongs::kNew: break;
  }
  if (state->has_session()) end_session(state->session(), EndReason::kTimeout, now_);
  state->restart(decoded.segment, decoded.keyed.from);
  return state;
}

FlowState* Worker::open_flow(const Decoded& decoded) {
  const Inserted in = flows_.insert(decoded.keyed.key, decoded.hash, now_);
  if (in.displaced.session != kNoSession) {
    if (!in.displaced.expired) ++sessions_evicted_;
    end_session(in.displaced.session, in.displaced.expired ? EndReason::kTimeout : EndReason::kEvicted, now_);
  }
  in.state->restart(decoded.segment, decoded.keyed.from);
  return in.state;
}

// The caller's FlowState stays valid: evicting another session erases no flow, it closes it.
std::uint32_t Worker::open_session(const Decoded& decoded, FlowState& state) {
  std::uint32_t index = sessions_.take();
  if (index == SessionStore::kNone) {
    const std::uint32_t idle = sessions_.longest_idle();
    const FlowKey key = sessions_[idle].key;
    end_session(idle, EndReason::kEvicted, now_);
    flows_.find(key, flows_.hash(key), kTimeMin)->set_closed();
    ++sessions_evicted_;
    index = sessions_.take();
  }
  Session& session = sessions_[index];
  ++sessions_new_;
  session.key = decoded.keyed.key;
  session.start = state.start();
  session.vlan_count = decoded.segment.vlan_count;
  session.vlans = decoded.segment.vlans;
  note_opener(session, state);
  tell_start(session, state, decoded.segment.time);
  reader_.open(session);
  return index;
}

// The handshake may come behind the first payload; until then the port or the content says who is the client.
void Worker::note_opener(Session& session, const FlowState& state) {
  if (session.client_known || !state.opener_known()) return;
  session.client_known = true;
  if (session.phase == Phase::kProbing) session.client = state.opener();
}

// The session begins with the first payload; what the handshake said before is told to the reassembler here,
// so that it knows where each side starts. The windows of the handshake are not known any more: the widest
// scale keeps every segment inside.
void Worker::tell_start(Session& session, const FlowState& state, TimeNs time) {
  for (const Side side : {Side::kA, Side::kB}) {
    if (state.good_sum_seen(side)) session.stream.note_good_sum(side);
    if (!state.initial_known(side)) continue;
    StreamSegment syn;
    syn.time = time;
    syn.seq = state.initial(side);
    syn.flags = stream_flag::kSyn;
    syn.window = 0xffff;
    syn.window_shift = 14;
    syn.from = side;
    reader_.bind(session);
    reassembler_.on_segment(session.stream, syn, reader_);
  }
}

void Worker::give_to_session(const Decoded& decoded, FlowState& state) {
  const StageScope scope(clock_, Stage::kReassemble);
  const std::uint32_t index = state.session();
  Session& session = sessions_[index];
  sessions_.touch(index);
  note_opener(session, state);
  StreamSegment segment = to_stream(decoded.segment, decoded.keyed.from);
  if (!session.stream.skipping) {
    segment.checksum = to_stream(verify_checksum(decoded.segment));
  }
  reader_.bind(session);
  if (decoded.segment.tunnel.kind != TunnelKind::kNone)
    reader_.note_tunnel(decoded.segment.tunnel, decoded.keyed.from);
  if (segment.payload_cut != 0) reader_.count_truncated_frame();
  reassembler_.on_segment(session.stream, segment, reader_);
  after_call(index, state, now_);
}

void Worker::after_call(std::uint32_t index, FlowState& state, TimeNs now) {
  Session& session = sessions_[index];
  if (session.phase == Phase::kNotOurs) {
    release_session(index);
    state.set_not_ours();
    return;
  }
  if (session.stream.closed()) {
    end_session(index, session.stream.over ? EndReason::kRst : EndReason::kFin, now);
    state.set_closed();
    return;
  }
  const bool goes_tls = session.stream.skipping && state.kind() == FlowKind::kMail;
  if (goes_tls) state.set_gone_tls();
  // The idle time moves with every segment; it is enough to look again when the earlier deadline comes.
  const TimeNs stream_due = reassembler_.deadline(session.stream);
  if (stream_due == kTimeMax && !goes_tls && deadlines_.has(index)) return;
  const TimeNs due = std::min(stream_due, state.alive_until(parts_.flow) + 1);
  if (due < deadlines_.time_of(index)) deadlines_.set(index, due);
}

void Worker::end_session(std::uint32_t index, EndReason reason, TimeNs now) {
  Session& session = sessions_[index];
  reader_.bind(session);
  reassembler_.finish(session.stream, now, reader_);
  // What waited may have been its own end.
  if (session.stream.closed()) reason = session.stream.over ? EndReason::kRst : EndReason::kFin;
  reader_.end(reason, now);
  release_session(index);
}

void Worker::release_session(std::uint32_t index) {
  reassembler_.discard(sessions_[index].stream);
  reader_.bind(sessions_[index]);
  reader_.close();
  deadlines_.remove(index);
  sessions_.give_back(index);
}

// Does what is due by `now`, each at its own time, and moves the clock there. False: host deltas found the
// queue full and must go before `now` is published as reached.
bool Worker::reach(TimeNs now) {
  now = std::max(now, now_);
  const auto emit = [this](const HostDeltaRecord& delta) { return sender_.try_send(delta); };
  bool all = true;
  for (;;) {
    const TimeNs deadline = deadlines_.next();
    if (hosts_.next_due() <= std::min(now, deadline)) all = hosts_.drain(std::min(now, deadline), emit);
    if (deadline > now) break;
    now_ = std::max(now_, deadline);
    on_deadline(deadlines_.first(), now_);
  }
  now_ = now;
  return all;
}

void Worker::on_deadline(std::uint32_t index, TimeNs now) {
  Session& session = sessions_[index];
  const FlowKey key = session.key;
  const std::uint64_t hash = flows_.hash(key);
  FlowState* state = flows_.find(key, hash, kTimeMin);
  MAILTAP_CHECK(state != nullptr && state->session() == index);
  deadlines_.remove(index);
  if (now > state->alive_until(parts_.flow)) {
    end_session(index, EndReason::kTimeout, now);
    flows_.erase(key, hash);
    return;
  }
  reader_.bind(session);
  reassembler_.on_time(session.stream, now, reader_);
  after_call(index, *state, now);
}

void Worker::finish() {
  if (now_ == kTimeMin) now_ = 0;  // not a single frame
  sender_.wait_from_now();
  const auto emit = [this](const HostDeltaRecord& delta) { return sender_.send(delta); };
  while (deadlines_.size() != 0) {
    // Many sessions may end here, each with two hosts: the table is emptied as it fills.
    if (hosts_.next_due() <= now_) hosts_.drain(now_, emit);
    end_session(deadlines_.first(), EndReason::kShutdown, now_);
  }
  fragments_.finish();
  stats_due_ = kTimeMin;
  hosts_.finish(now_, emit);
  clock_.lap(Stage::kUpkeep);
  send_stats(now_);
  sender_.finish();
}

}  // namespace mailtap
