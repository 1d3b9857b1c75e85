// SPDX-License-Identifier: Apache-2.0
// What a start would find in the world behind the settings: key file, public key, output folder, pattern
// cache, the devices of `run`, as far as they can be seen without DPDK; and which sizes cut records short.
// Nothing stays behind. Main thread.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"

namespace mailtap {

struct Rehearsal {
  std::vector<std::string> findings;  // a line each, for the operator
  std::vector<std::string> faults;    // why nothing would start: "KEY: why", or "FOLDER: why"
};

// `out`: the output folder; empty: none.
Rehearsal rehearse(const Config& config, const std::string& out);

}  // namespace mailtap
