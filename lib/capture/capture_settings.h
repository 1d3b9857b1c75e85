// SPDX-License-Identifier: Apache-2.0
// How capture files are read. Memory: (`blocks` + `open_files_max`) x (`block_bytes` + kCaptureReserveBytes),
// of which only what is in use at once is touched: one block with one file and one worker, a few more while
// frames wait in rings; and `open_files_max` x kOpenCaptureBytes. Of `open_files_max` never more than there
// are files.
#pragma once

#include <cstdint>

namespace mailtap {

// In front of what one read brings, for the record or block that was cut: a frame of 256 KiB, its headers,
// and a pcapng option of any length.
inline constexpr std::uint32_t kCaptureReserveBytes = 320 * 1024;

// What an open file takes besides its block: interfaces of pcapng, or state and input of zlib, or both.
inline constexpr std::uint32_t kOpenCaptureBytes = 192 * 1024;

struct CaptureSettings {
  std::uint32_t block_bytes = 256 * 1024;  // bytes asked of the kernel at once; 4096 .. 16 MiB
  std::uint32_t blocks = 32;               // 2 .. 1024
  std::uint32_t open_files_max = 256;      // of files that overlap in time; 1 .. 4096
};

}  // namespace mailtap
