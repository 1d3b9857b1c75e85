// SPDX-License-Identifier: Apache-2.0
#include "smtp/data_reader.h"

#include <cstring>

namespace mailtap::smtp {

// In the middle of text only a dot behind an LF matters: memchr looks for dots, which are rarer than line
// ends. What it crosses is looked at again only in its last two bytes.
std::size_t DataReader::skip_text(Bytes bytes) {
  const std::uint8_t* const begin = bytes.data();
  const std::uint8_t* const end = begin + bytes.size();
  for (const std::uint8_t* at = begin; at < end; ++at) {
    at = static_cast<const std::uint8_t*>(std::memchr(at, '.', static_cast<std::size_t>(end - at)));
    if (at == nullptr) break;
    if (at > begin && at[-1] == '\n') {
      state_ = at - begin >= 2 && at[-2] == '\r' ? State::kCrlf : State::kLf;
      return static_cast<std::size_t>(at - begin);
    }
  }
  if (end[-1] == '\r') state_ = State::kCr;
  if (end[-1] == '\n') state_ = bytes.size() >= 2 && end[-2] == '\r' ? State::kCrlf : State::kLf;
  return bytes.size();
}

// One byte outside the middle of text; true when it ended the message.
bool DataReader::step(std::uint8_t byte) {
  const State before = state_;
  ++size_;
  state_ = byte == '\r' ? State::kCr : byte == '\n' ? State::kLf : State::kText;
  switch (before) {
    case State::kCr:
      if (byte == '\n') state_ = State::kCrlf;
      break;
    case State::kCrlf:
      if (byte == '.') state_ = State::kCrlfDot;
      if (byte == '.') --size_;  // stuffed, or of the end
      break;
    case State::kLf:
      if (byte == '.') state_ = State::kLfDot;
      break;
    case State::kCrlfDot:
      if (byte == '\r') state_ = State::kCrlfDotCr;
      lax_end_ = byte == '\n';
      break;
    case State::kLfDot:
      if (byte == '\r') state_ = State::kLfDotCr;
      lax_end_ = byte == '\n';
      break;
    case State::kCrlfDotCr:
      if (byte == '\n') size_ -= 2;
      return byte == '\n';
    case State::kLfDotCr:
      lax_end_ = byte == '\n';
      if (byte == '\n') state_ = State::kCrlf;
      break;
    case State::kText: break;
  }
  return false;
}

DataReader::Read DataReader::read(Bytes bytes) {
  std::size_t used = 0;
  while (used < bytes.size()) {
    lax_end_ = false;
    if (state_ == State::kText) {
      const std::size_t n = skip_text(bytes.subspan(used));
      used += n;
      size_ += n;
    } else if (step(bytes[used++])) {
      return {used, true};
    }
  }
  return {used, false};
}

}  // namespace mailtap::smtp
