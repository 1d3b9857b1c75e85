// SPDX-License-Identifier: Apache-2.0
// What the command line says, and what every subcommand answers: the process' exit status.
#pragma once

#include <string>
#include <vector>

namespace mailtap {

enum ExitStatus : int {
  kExitOk = 0,
  kExitDamage = 1,  // of the input or the world: what came before it is processed and written
  kExitUsage = 2,   // of the command line or the settings: nothing was started
};

struct Options {
  std::string config_file;             // -c; empty: the defaults
  std::vector<std::string> overrides;  // --set
  std::string out;                     // --out; empty: output.folder
  unsigned workers = 1;
  bool json_report = false;
  bool verbose = false;            // run --verbose
  bool print_defaults = false;     // check --defaults
  std::vector<std::string> files;  // of replay
};

// `mailtap: REASON` on stderr; answers `status`.
int complain(const std::string& reason, int status);

int replay(const Options& options);
int run(const Options& options);
int check(const Options& options);

}  // namespace mailtap
