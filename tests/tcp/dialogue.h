// SPDX-License-Identifier: Apache-2.0
// A listener that writes down what it is told, and a maker of segments. Sides are written 'a' and 'b'.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "tcp/stream_reassembler.h"

namespace mailtap {

constexpr TimeNs ms(std::int64_t n) { return n * kMillisecondNs; }

// "a:HELO" for bytes (adjacent ones of a side joined), "a~7" for a gap, "a." close, "a!" reset, "a?"
// conflict.
class Listener : public StreamConsumer {
 public:
  void on_chunk(Side from, Bytes bytes, TimeNs now) override {
    note(now);
    std::string head = name(from) + ":";
    if (told.empty() || told.back().compare(0, 2, head) != 0) told.push_back(head);
    told.back().append(as_text(bytes));
    bytes_of[index_of(from)].append(as_text(bytes));
    last = bytes;
    if (!skip_text.empty() && as_text(bytes).find(skip_text) != std::string_view::npos) skip_on->skip(*state);
  }
  void on_gap(Side from, std::uint64_t bytes, TimeNs now) override {
    note(now);
    std::string head = name(from) + "~";
    std::uint64_t sum = bytes;
    if (!told.empty() && told.back().compare(0, 2, head) == 0) {
      sum += std::stoull(told.back().substr(2));
      told.pop_back();
    }
    told.push_back(head + std::to_string(sum));
    bytes_of[index_of(from)].append(std::min<std::size_t>(static_cast<std::size_t>(bytes), 4096), '_');
  }
  void on_conflict(Side from, TimeNs now) override {
    note(now);
    told.push_back(name(from) + "?");
  }
  void on_close(Side from, TimeNs now) override {
    note(now);
    told.push_back(name(from) + ".");
  }
  void on_reset(Side from, TimeNs now) override {
    note(now);
    told.push_back(name(from) + "!");
  }

  std::string text() const {
    std::string joined;
    for (const std::string& one : told) joined += (joined.empty() ? "" : " ") + one;
    return joined;
  }

  std::vector<std::string> told;
  std::array<std::string, 2> bytes_of;  // gaps as underscores, 4096 at most
  Bytes last;
  TimeNs time = kTimeMin;  // of the last call
  bool time_ran_backwards = false;
  std::size_t calls_until_skip = 0;  // the call with this number, counted from 1, skips; 0: none does
  StreamReassembler* skip_on = nullptr;
  StreamState* state = nullptr;
  std::string skip_text;

 private:
  static std::string name(Side side) { return side == Side::kA ? "a" : "b"; }
  void note(TimeNs now) {
    if (now < time) time_ran_backwards = true;
    time = now;
    if (calls_until_skip != 0 && --calls_until_skip == 0) skip_on->skip(*state);
  }
};

struct Maker {
  std::uint32_t isn_a = 1000;
  std::uint32_t isn_b = 5000;

  // `at` and `ack` count payload bytes from the start of each side; ack < 0: no ACK flag.
  StreamSegment data(Side from, std::uint32_t at, std::string_view payload, std::int64_t ack, TimeNs time = 0,
                     std::uint8_t flags = 0) const {
    StreamSegment segment;
    const std::uint32_t own = from == Side::kA ? isn_a : isn_b;
    const std::uint32_t peer = from == Side::kA ? isn_b : isn_a;
    segment.from = from;
    segment.time = time;
    segment.payload = as_bytes(payload);
    segment.seq = own + 1 + at;
    segment.window = 0xffff;
    segment.flags = flags;
    if (ack >= 0) {
      segment.flags |= stream_flag::kAck;
      segment.ack = peer + 1 + static_cast<std::uint32_t>(ack);
    }
    return segment;
  }
  StreamSegment a(std::uint32_t at, std::string_view payload, std::int64_t ack, TimeNs time = 0,
                  std::uint8_t flags = 0) const {
    return data(Side::kA, at, payload, ack, time, flags);
  }
  StreamSegment b(std::uint32_t at, std::string_view payload, std::int64_t ack, TimeNs time = 0,
                  std::uint8_t flags = 0) const {
    return data(Side::kB, at, payload, ack, time, flags);
  }
  StreamSegment syn(TimeNs time = 0) const {
    StreamSegment segment = a(0, "", -1, time, stream_flag::kSyn);
    segment.seq = isn_a;
    return segment;
  }
  StreamSegment syn_ack(TimeNs time = 0) const {
    StreamSegment segment = b(0, "", 0, time, stream_flag::kSyn);
    segment.seq = isn_b;
    return segment;
  }
};

// True when no byte of a segment is left in pages that were given back; their first four are the pool's own.
inline bool is_wiped(const PagePool& pool) {
  for (std::size_t page = 0; page < pool.pages(); ++page) {
    const std::uint8_t* at = pool.at(static_cast<PageIndex>(page));
    if (std::any_of(at + sizeof(PageIndex), at + pool.page_size(),
                    [](std::uint8_t byte) { return byte != 0; }))
      return false;
  }
  return true;
}

// One connection under test.
class Stream {
 public:
  explicit Stream(TcpSettings settings = {}, std::size_t pages = 512, std::size_t page_size = 256)
      : pool(page_size, pages), reassembler(settings, pool, 4) {}

  ~Stream() { EXPECT_TRUE(pool.used() != 0 || is_wiped(pool)) << "held bytes may have been a secret"; }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  Stream& operator<<(const StreamSegment& segment) {
    reassembler.on_segment(state, segment, listener);
    now = std::max(now, segment.time);
    return *this;
  }
  void shake_hands() { *this << maker.syn() << maker.syn_ack() << maker.a(0, "", 0); }
  void at(TimeNs time) { reassembler.on_time(state, time, listener); }
  void finish() { reassembler.finish(state, now, listener); }
  std::string text() const { return listener.text(); }

  PagePool pool;
  StreamReassembler reassembler;
  StreamState state;
  Listener listener;
  Maker maker;
  TimeNs now = 0;
};

}  // namespace mailtap
