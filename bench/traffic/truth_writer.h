// SPDX-License-Identifier: Apache-2.0
// Writes the truth as JSON: all of it in one object, or one object a line for each mail session.
#ifndef MAILTAP_BENCH_TRAFFIC_TRUTH_WRITER_H_
#define MAILTAP_BENCH_TRAFFIC_TRUTH_WRITER_H_

#include <string>

#include "generator.h"
#include "options.h"
#include "pcap_writer.h"
#include "truth.h"

namespace mailtap::traffic {

// False when the file could not be written.
bool write_truth(const Options& options, const Generator& generator, const PcapWriter& pcap,
                 std::uint64_t packets_cut);
// One line, line end included.
std::string session_line(const SessionTruth& session);

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_TRUTH_WRITER_H_
