// SPDX-License-Identifier: Apache-2.0
// What a source handed out, owned, for comparison.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "capture/capture_source.h"

namespace mailtap {

struct Seen {
  std::string bytes;
  TimeNs time;
  std::uint32_t on_wire;
  bool operator==(const Seen&) const = default;
};

inline void PrintTo(const Seen& seen, std::ostream* out) {
  *out << seen.bytes.size() << " of " << seen.on_wire << " bytes at " << seen.time;
}

inline Seen seen(const Frame& frame) {
  return {std::string(as_text(frame.bytes())), frame.time, frame.on_wire};
}

// Reads to the end with bursts of `burst`, giving each back at once.
inline std::vector<Seen> drain(PacketSource& source, std::size_t burst = 64) {
  std::vector<Seen> all;
  std::vector<Frame> frames(burst);
  for (;;) {
    const Receipt receipt = source.receive(frames);
    if (receipt.state != SourceState::kMore) break;
    for (std::size_t i = 0; i < receipt.count; ++i) all.push_back(seen(frames[i]));
    source.release({frames.data(), receipt.count});
  }
  return all;
}

inline std::unique_ptr<PacketSource> opened(std::vector<std::string> paths,
                                            const CaptureSettings& settings = {}) {
  auto source = open_captures(std::move(paths), settings);
  EXPECT_TRUE(source.ok()) << source.reason();
  return std::move(source.value());
}

}  // namespace mailtap
