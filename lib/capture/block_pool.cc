// SPDX-License-Identifier: Apache-2.0
#include "capture/block_pool.h"

#include "base/check.h"

namespace mailtap {
namespace {

constexpr std::size_t kAlignment = 4096;

}  // namespace

BlockPool::BlockPool(std::size_t blocks, std::size_t capacity) : blocks_(blocks) {
  const std::size_t stride = (capacity + kAlignment - 1) / kAlignment * kAlignment;
  memory_ = Memory(blocks * stride);
  free_.reserve(blocks);
  for (std::size_t i = blocks; i-- > 0;) {
    blocks_[i] = {static_cast<std::uint8_t*>(memory_.data()) + i * stride, stride, 0, false};
    free_.push_back(&blocks_[i]);
  }
}

Block* BlockPool::take() {
  if (free_.empty()) return nullptr;
  Block* block = free_.back();
  free_.pop_back();
  block->current = true;
  return block;
}

void BlockPool::take_back(Block& block) {
  MAILTAP_CHECK(block.lent > 0);
  --block.lent;
  free_if_idle(block);
}

void BlockPool::leave(Block& block) {
  block.current = false;
  free_if_idle(block);
}

void BlockPool::free_if_idle(Block& block) {
  if (block.lent == 0 && !block.current) free_.push_back(&block);
}

}  // namespace mailtap
