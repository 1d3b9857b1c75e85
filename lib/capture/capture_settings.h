// SPDX-License-Identifier: Apache-2.0
// How capture files are read. Memory: `blocks` x (`block_bytes` + 256 KiB + 16), of which only what is in use
// at once is touched: one block with one worker, a few more while frames wait in rings.
#pragma once

#include <cstdint>

namespace mailtap {

struct CaptureSettings {
  std::uint32_t block_bytes = 256 * 1024;  // bytes asked of the kernel at once; 4096 .. 16 MiB
  std::uint32_t blocks = 32;               // 2 .. 1024
};

}  // namespace mailtap
