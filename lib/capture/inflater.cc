// SPDX-License-Identifier: Apache-2.0
#include "capture/inflater.h"

#include <algorithm>
#include <cstring>

#include "base/check.h"

namespace mailtap {
namespace {

constexpr int kGzipOnly = 15 + 16;  // the largest window; a header of gzip, not of zlib
constexpr const char* kNoMemory = "no memory for zlib";

}  // namespace

Inflater::Inflater(RawInput& input, std::span<std::uint8_t> memory)
    : input_(input), bytes_(memory.first(kInputBytes)), zlib_(memory.subspan(kInputBytes, kZlibBytes)) {}

// zlib asks once a file for its state and once for its window: what the file before had is simply
// overwritten.
void Inflater::start(Bytes first) {
  MAILTAP_CHECK(first.size() <= kInputBytes);
  std::memcpy(bytes_.data(), first.data(), first.size());
  member_ends_ = false;
  failure_.clear();
  zlib_used_ = 0;
  stream_ = {};
  stream_.zalloc = take;
  stream_.zfree = leave;
  stream_.opaque = this;
  stream_.next_in = bytes_.data();
  stream_.avail_in = static_cast<uInt>(first.size());
  if (inflateInit2(&stream_, kGzipOnly) != Z_OK) failure_ = kNoMemory;
}

void* Inflater::take(void* self, unsigned items, unsigned size) {
  constexpr std::size_t kAlignment = 16;
  auto& inflater = *static_cast<Inflater*>(self);
  const std::size_t bytes = (std::size_t{items} * size + kAlignment - 1) / kAlignment * kAlignment;
  if (bytes > inflater.zlib_.size() - inflater.zlib_used_) return nullptr;
  inflater.zlib_used_ += bytes;
  return inflater.zlib_.data() + (inflater.zlib_used_ - bytes);
}

void Inflater::leave(void* /*self*/, void* /*address*/) {}

ReadResult Inflater::read(std::uint8_t* to, std::size_t size) {
  ReadResult result;
  if (!failure_.empty()) return {ReadResult::State::kFailed, 0};
  stream_.next_out = to;
  stream_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1U << 30));
  while (stream_.next_out == to && step(result)) {
  }
  // What came out before something went wrong goes first; the next call tells.
  const auto produced = static_cast<std::size_t>(stream_.next_out - to);
  return produced == 0 ? result : ReadResult{ReadResult::State::kBytes, produced};
}

// False: nothing more can be had; `result` says why.
bool Inflater::step(ReadResult& result) {
  if (stream_.avail_in == 0 && !feed(result)) return false;
  if (member_ends_) return next_member(result);
  const int answer = ::inflate(&stream_, Z_SYNC_FLUSH);
  if (answer == Z_STREAM_END) member_ends_ = true;
  if (answer == Z_OK || answer == Z_STREAM_END || answer == Z_BUF_ERROR) return true;
  fail(result, answer == Z_MEM_ERROR ? kNoMemory : stream_.msg != nullptr ? stream_.msg : "data error");
  return false;
}

bool Inflater::next_member(ReadResult& result) {
  while (stream_.avail_in > 0 && *stream_.next_in == 0) {
    ++stream_.next_in;
    --stream_.avail_in;
  }
  if (stream_.avail_in == 0) return true;
  if (*stream_.next_in != 0x1f) {
    fail(result, "what stands behind the compressed data is not gzip");
    return false;
  }
  inflateReset(&stream_);
  member_ends_ = false;
  return true;
}

bool Inflater::feed(ReadResult& result) {
  result = input_.read(bytes_.data(), kInputBytes);
  stream_.next_in = bytes_.data();
  stream_.avail_in = static_cast<uInt>(result.size);
  switch (result.state) {
    case ReadResult::State::kBytes: return true;
    case ReadResult::State::kFailed: failure_ = input_.failure(); return false;
    case ReadResult::State::kInterrupted: return false;
    case ReadResult::State::kEnd: break;
  }
  if (!member_ends_) fail(result, "the compressed data ends early");
  return false;
}

void Inflater::fail(ReadResult& result, const std::string& why) {
  const std::uint64_t offset = input_.consumed() - stream_.avail_in;
  failure_ = "offset " + std::to_string(offset) + " of the compressed bytes: " + why;
  result = {ReadResult::State::kFailed, 0};
}

}  // namespace mailtap
