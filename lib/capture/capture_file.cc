// SPDX-License-Identifier: Apache-2.0
#include "capture/capture_file.h"

#include <algorithm>
#include <cstring>

namespace mailtap {
namespace {

constexpr std::array<std::uint8_t, 2> kGzipMagic = {0x1f, 0x8b};

}  // namespace

Status CaptureFile::open(const std::string& path) {
  path_ = &path;
  packed_ = false;
  first_size_ = 0;
  if (const Status status = input_.open(path); !status) return status;
  const ReadResult::State state = look();
  if (state == ReadResult::State::kFailed) return Failure{failure()};
  if (state == ReadResult::State::kInterrupted) return Failure{"stopped before its header came"};
  return {};
}

std::string CaptureFile::name() const { return *path_ == kStandardInput ? "standard input" : *path_; }

ReadResult::State CaptureFile::look() {
  while (first_size_ < first_.size()) {
    const ReadResult result = input_.read(first_.data() + first_size_, first_.size() - first_size_);
    if (result.state == ReadResult::State::kEnd) break;
    if (result.state != ReadResult::State::kBytes) return result.state;
    first_size_ += result.size;
  }
  packed_ = first_size_ == first_.size() && first_ == kGzipMagic;
  if (packed_) inflater_.start(Bytes(first_));
  return ReadResult::State::kBytes;
}

ReadResult CaptureFile::read(std::uint8_t* to, std::size_t size) {
  if (packed_) return inflater_.read(to, size);
  if (first_size_ == 0) return input_.read(to, size);
  const std::size_t given = std::min(size, first_size_);
  std::memcpy(to, first_.data(), given);
  std::move(first_.begin() + static_cast<std::ptrdiff_t>(given), first_.end(), first_.begin());
  first_size_ -= given;
  return {ReadResult::State::kBytes, given};
}

const std::string& CaptureFile::failure() const {
  return packed_ && !inflater_.failure().empty() ? inflater_.failure() : input_.failure();
}

}  // namespace mailtap
