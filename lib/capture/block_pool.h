// SPDX-License-Identifier: Apache-2.0
// Blocks of file content with a count of the frames that lie in them: a block is read into again only when
// all its frames came back. One thread owns the pool and makes every call. What was given back last is taken
// first, because it is still in the cache. Memory is taken by the constructor.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/memory.h"

namespace mailtap {

struct Block {
  std::uint8_t* data = nullptr;
  std::size_t capacity = 0;
  std::uint32_t lent = 0;  // frames that are out
  bool current = false;    // the reader is still in it
};

class BlockPool {
 public:
  BlockPool(std::size_t blocks, std::size_t capacity);

  Block* take();  // nullptr: all are lent
  void lend(Block& block, std::size_t frames = 1) { block.lent += static_cast<std::uint32_t>(frames); }
  void take_back(Block& block);  // a frame came home
  void leave(Block& block);      // the reader is done with it

 private:
  void free_if_idle(Block& block);

  Memory memory_;
  std::vector<Block> blocks_;
  std::vector<Block*> free_;
};

}  // namespace mailtap
