// SPDX-License-Identifier: Apache-2.0
// mailtap replay: what a live run would have said about these files.
#include <algorithm>

#include "app/machine.h"
#include "app/options.h"
#include "app/process.h"
#include "app/progress.h"
#include "capture/capture_source.h"
#include "capture/interrupt.h"

namespace mailtap {
namespace {

constexpr std::size_t kNamesMax = 4;

// For the head of the report.
std::string names_of(const std::vector<std::string>& files) {
  std::string names;
  const std::size_t named = std::min<std::size_t>(files.size(), kNamesMax);
  for (std::size_t i = 0; i < named; ++i)
    names += (i == 0 ? "" : ", ") + (files[i] == kStandardInput ? "standard input" : files[i]);
  if (named < files.size()) names += " and " + std::to_string(files.size() - named) + " more";
  return names;
}

void raise(void* interrupt) { static_cast<const Interrupt*>(interrupt)->raise(); }

}  // namespace

int replay(const Options& options) {
  const std::optional<Config> config = load_settings(options);
  if (!config) return kExitUsage;
  // A pipe may say nothing for long: the signal wakes whoever waits for it.
  Interrupt interrupt;
  const StopSignals signals(raise, &interrupt);
  // The input first: where there is none, what an earlier replay has written stays.
  Result<std::unique_ptr<PacketSource>> source =
      CaptureSource::open(options.files, config->capture, &interrupt);
  if (!source) return complain(source.reason(), kExitDamage);
  Result<std::unique_ptr<Machine>> machine = make_machine(*config, options, Mode::kReplay);
  if (!machine) return complain(machine.reason(), kExitUsage);
  const Status opened = open_outputs(*config, options, Mode::kReplay, *machine.value());
  if (!opened) return complain(opened.reason(), kExitUsage);

  Machine& parts = *machine.value();
  parts.parts.prompt = !std::all_of(options.files.begin(), options.files.end(), can_be_read_twice);
  Engine engine(parts.parts, options.workers, *source.value(), parts.sinks());
  EngineResult result;
  {
    const Progress progress(*source.value());
    result = engine.run(StopSignals::requested());
  }
  const int status = tell_end(parts, engine, result, options, names_of(options.files));
  if (status != kExitOk || !StopSignals::requested()) return status;
  return complain("stopped by a signal; what was read before it is processed and written", kExitDamage);
}

}  // namespace mailtap
