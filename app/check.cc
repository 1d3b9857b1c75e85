// SPDX-License-Identifier: Apache-2.0
// mailtap check: are these settings in order, would a start succeed, and what does it cost?
#include <cstdio>

#include "app/machine.h"
#include "app/memory_sum.h"
#include "app/options.h"
#include "app/rehearsal.h"
#include "config/annotated.h"

namespace mailtap {
namespace {

int tell(const std::string& text) {
  const bool told =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return told ? kExitOk : complain("stdout cannot be written", kExitDamage);
}

}  // namespace

int check(const Options& options) {
  const std::optional<Config> config = load_settings(options);
  if (!config) return kExitUsage;
  if (options.print_defaults) return tell(annotated(*config));
  const Rehearsal seen = rehearse(*config, out_of(*config, options));
  for (const std::string& fault : seen.faults) complain(fault, kExitUsage);
  if (!seen.faults.empty()) return kExitUsage;
  std::string text = "settings: in order\n";
  for (const std::string& finding : seen.findings) text += finding + "\n";
  return tell(text + "\n" + show_memory(*config, options.workers));
}

}  // namespace mailtap
