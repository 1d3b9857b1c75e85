// SPDX-License-Identifier: Apache-2.0
#include "turn.h"

#include <algorithm>
#include <cstring>

namespace mailtap::traffic {

void Turn::add(Piece piece) {
  remaining_ += piece.text.size() + piece.bulk.length;
  pieces_.push_back(std::move(piece));
}

std::size_t Turn::take(std::uint8_t* out, std::size_t size) {
  std::size_t done = 0;
  while (done < size && piece_ < pieces_.size()) {
    Piece& piece = pieces_[piece_];
    const std::size_t part = std::min(size - done, piece.text.size() - offset_);
    std::memcpy(out + done, piece.text.data() + offset_, part);
    offset_ += part;
    done += part;
    done += piece.bulk.take(out + done, size - done);
    if (offset_ < piece.text.size() || piece.bulk.length > 0) break;
    ++piece_;
    offset_ = 0;
  }
  remaining_ -= done;
  return done;
}

}  // namespace mailtap::traffic
