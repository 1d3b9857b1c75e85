// SPDX-License-Identifier: Apache-2.0
#include "capture/inflater.h"

#include <algorithm>
#include <cstring>
#include <new>

#include "base/check.h"

namespace mailtap {
namespace {

constexpr int kGzipOnly = 15 + 16;  // the largest window; a header of gzip, not of zlib

}  // namespace

Inflater::Inflater(RawInput& input, Bytes first)
    : input_(input), bytes_(std::make_unique<std::uint8_t[]>(kInputBytes)) {
  MAILTAP_CHECK(first.size() <= kInputBytes);
  std::memcpy(bytes_.get(), first.data(), first.size());
  stream_.next_in = bytes_.get();
  stream_.avail_in = static_cast<uInt>(first.size());
  if (inflateInit2(&stream_, kGzipOnly) != Z_OK) throw std::bad_alloc();
}

Inflater::~Inflater() { inflateEnd(&stream_); }

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
  if (answer == Z_MEM_ERROR) throw std::bad_alloc();
  fail(result, stream_.msg != nullptr ? stream_.msg : "data error");
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
  result = input_.read(bytes_.get(), kInputBytes);
  stream_.next_in = bytes_.get();
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
