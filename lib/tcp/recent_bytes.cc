// SPDX-License-Identifier: Apache-2.0
#include "tcp/recent_bytes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"
#include "tcp/tcp_settings.h"

namespace mailtap {
namespace {

// Calls `run(place in the ring, place in the bytes, size)` for each run of `size` bytes from `seq` on that is
// whole in the ring; stops when one says false.
template <typename Run>
bool each_run(std::uint32_t seq, std::size_t size, std::uint32_t ring_size, Run run) {
  for (std::size_t done = 0; done < size;) {
    const std::uint32_t at = (seq + static_cast<std::uint32_t>(done)) % ring_size;
    const std::size_t n = std::min<std::size_t>(size - done, ring_size - at);
    if (!run(at, done, n)) return false;
    done += n;
  }
  return true;
}

// One behind the last byte that was handed on: a FIN takes a number too.
std::uint32_t end_of(const StreamDirection& direction) {
  return direction.next - (direction.is(stream_mark::kFinDone) ? 1U : 0U);
}

}  // namespace

RecentBytes::RecentBytes(std::uint32_t size, std::size_t connections)
    : size_(ring_size(size)), pages_(page_size(size), size == 0 ? 0 : connections) {}

// A power of two, because numbers wrap at 2^32.
std::uint32_t RecentBytes::ring_size(std::uint32_t size) {
  MAILTAP_CHECK(size <= kOverlapBytesMax);
  return size == 0 ? 0 : std::bit_ceil(size);
}

std::size_t RecentBytes::page_size(std::uint32_t size) {
  return std::max<std::size_t>(std::size_t{2} * ring_size(size), sizeof(PageIndex));
}

std::uint8_t* RecentBytes::ring(const StreamState& state, Side from) {
  return pages_.at(state.recent - 1) + std::size_t{size_} * index_of(from);
}

const std::uint8_t* RecentBytes::ring(const StreamState& state, Side from) const {
  return pages_.at(state.recent - 1) + std::size_t{size_} * index_of(from);
}

void RecentBytes::note(StreamState& state, Side from, Bytes bytes) {
  if (size_ == 0) return;
  if (state.recent == 0) {
    const PageIndex page = pages_.take();
    if (page == kNoPage) return;
    state.recent = page + 1;
  }
  StreamDirection& direction = state.of(from);
  const Bytes kept = bytes.last(std::min<std::size_t>(bytes.size(), size_));
  std::uint8_t* to = ring(state, from);
  each_run(direction.next - static_cast<std::uint32_t>(kept.size()), kept.size(), size_,
           [&](std::uint32_t at, std::size_t done, std::size_t n) {
             std::memcpy(to + at, kept.data() + done, n);
             return true;
           });
  direction.recent = static_cast<std::uint16_t>(std::min<std::size_t>(direction.recent + kept.size(), size_));
}

bool RecentBytes::differs(const StreamState& state, Side from, std::uint32_t seq, Bytes bytes) const {
  const StreamDirection& direction = state.of(from);
  if (state.recent == 0 || direction.recent == 0 || bytes.empty()) return false;
  const std::uint32_t end = end_of(direction);
  const std::uint32_t first = end - direction.recent;
  const std::uint32_t skipped = seq_after(first, seq) ? first - seq : 0;
  if (skipped >= bytes.size() || !seq_after(end, seq + skipped)) return false;
  const Bytes compared =
      bytes.subspan(skipped).first(std::min<std::size_t>(bytes.size() - skipped, end - (seq + skipped)));
  const std::uint8_t* known = ring(state, from);
  return !each_run(seq + skipped, compared.size(), size_,
                   [&](std::uint32_t at, std::size_t done, std::size_t n) {
                     return std::memcmp(known + at, compared.data() + done, n) == 0;
                   });
}

void RecentBytes::give_back(StreamState& state) {
  if (state.recent == 0) return;
  for (StreamDirection& direction : state.directions) direction.recent = 0;
  pages_.give_back_wiped(state.recent - 1, std::size_t{2} * size_);
  state.recent = 0;
}

}  // namespace mailtap
