// SPDX-License-Identifier: Apache-2.0
// mailtap check: are these settings in order, and what do they cost?
#include <cstdio>

#include "app/machine.h"
#include "app/memory_sum.h"
#include "app/options.h"
#include "config/annotated.h"
#include "match/pattern_cache.h"

namespace mailtap {
namespace {

std::string cache_line(const MatchSettings& settings) {
  if (!settings.cache) return "pattern cache: off (match.cache)\n";
  const Result<std::string> folder = cache_folder(settings);
  if (!folder) return "pattern cache: not used: " + folder.reason() + "\n";
  const Status usable = check_cache_folder(folder.value());
  return "pattern cache: " + (usable ? folder.value() : "not used: " + usable.reason()) + "\n";
}

}  // namespace

int check(const Options& options) {
  const std::optional<Config> config = load_settings(options);
  if (!config) return kExitUsage;
  if (!config->privacy.seal_public_key.empty()) {
    const Result<Sealer> sealer = Sealer::from_base64(config->privacy.seal_public_key);
    if (!sealer) return complain("privacy.seal_public_key: " + sealer.reason(), kExitUsage);
  }
  const std::string out = options.print_defaults ? annotated(*config)
                                                 : "settings: in order\n" + cache_line(config->match) + "\n" +
                                                       show_memory(*config, options.workers);
  const bool told = std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  return told ? kExitOk : complain("stdout cannot be written", kExitDamage);
}

}  // namespace mailtap
