// SPDX-License-Identifier: Apache-2.0
// mailtap-traffic: writes a capture of made-up mail traffic and the truth about it. Status 0; 1 when a file
// could not be written; 2 on bad use.
#include <cstring>
#include <fstream>
#include <iostream>

#include "disorder.h"
#include "fragment_stage.h"
#include "generator.h"
#include "options.h"
#include "pcap_writer.h"
#include "truth_writer.h"

namespace {

using mailtap::traffic::DisorderStage;
using mailtap::traffic::FragmentStage;
using mailtap::traffic::Generator;
using mailtap::traffic::Options;
using mailtap::traffic::PcapWriter;
using mailtap::traffic::Random;
using mailtap::traffic::SessionTruth;

// The luck of tap and network must not change what is said on the wire.
constexpr std::uint64_t kTapSeed = 0x7461702d73656564U;
constexpr std::uint64_t kCutSeed = 0x6375742d73656564U;

int complain(const std::string& path, const char* why) {
  std::cerr << "mailtap-traffic: " << path << ": " << why << '\n';
  return 1;
}

int generate(const Options& options) {
  PcapWriter pcap(options.pcap);
  DisorderStage disorder(options.disorder, Random(options.seed ^ kTapSeed), pcap);
  std::ofstream sessions;
  if (!options.sessions_path.empty()) sessions.open(options.sessions_path, std::ios::binary);
  const auto told = [&sessions](const SessionTruth& session) {
    if (sessions.is_open()) sessions << mailtap::traffic::session_line(session);
  };
  mailtap::traffic::FrameSink& tap =
      options.disorder.any() ? static_cast<mailtap::traffic::FrameSink&>(disorder) : pcap;
  FragmentStage fragments(options.flow.fragments, Random(options.seed ^ kCutSeed), tap);
  mailtap::traffic::FrameSink& way =
      options.flow.fragments > 0 ? static_cast<mailtap::traffic::FrameSink&>(fragments) : tap;
  Generator generator(options, way, told);
  generator.run();
  disorder.finish();
  const int error = pcap.close();
  if (error != 0) return complain(options.pcap.path, std::strerror(error));
  if (!options.sessions_path.empty() && !sessions.flush())
    return complain(options.sessions_path, "cannot be written");
  const bool told_truth =
      options.truth_path.empty() || write_truth(options, generator, pcap, fragments.cut());
  return told_truth ? 0 : complain(options.truth_path, "cannot be written");
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  int status = 0;
  if (!mailtap::traffic::parse_options(argc, argv, options, status)) return status;
  return generate(options);
}
