// SPDX-License-Identifier: Apache-2.0
// Writes a classic pcap file (magic a1b2c3d4 or a1b23c4d, version 2.4, Ethernet) in either byte order,
// buffered. One owner. A failed write is kept and told by close(); nothing is written after it.
#ifndef MAILTAP_BENCH_TRAFFIC_PCAP_WRITER_H_
#define MAILTAP_BENCH_TRAFFIC_PCAP_WRITER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "frame_sink.h"

namespace mailtap::traffic {

struct PcapOptions {
  std::string path;
  bool big_endian = false;
  bool nanoseconds = false;
  std::uint32_t snaplen = 65535;  // bytes kept of a frame
};

class PcapWriter final : public FrameSink {
 public:
  explicit PcapWriter(const PcapOptions& options);
  ~PcapWriter() override;
  PcapWriter(const PcapWriter&) = delete;
  PcapWriter& operator=(const PcapWriter&) = delete;

  void put(const Frame& frame) override;
  // Writes what is buffered. Returns 0 or the errno of the first failure.
  int close();

  std::uint64_t packets() const { return packets_; }
  std::uint64_t file_bytes() const { return file_bytes_; }    // headers of the file and its records included
  std::uint64_t frame_bytes() const { return frame_bytes_; }  // as on the wire
  std::uint64_t captured_bytes() const { return captured_bytes_; }
  std::uint64_t last_time_ns() const { return last_time_ns_; }

 private:
  void u32(std::uint32_t value);
  void flush();

  PcapOptions options_;
  int file_ = -1;
  int error_ = 0;
  std::vector<std::uint8_t> buffer_;
  std::size_t used_ = 0;
  std::uint64_t packets_ = 0;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t frame_bytes_ = 0;
  std::uint64_t captured_bytes_ = 0;
  std::uint64_t last_time_ns_ = 0;
};

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_PCAP_WRITER_H_
