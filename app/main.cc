// SPDX-License-Identifier: Apache-2.0
// The command line. Exit status: 0 done; 1 damage in the input or the world; 2 usage or settings.
#include <CLI/CLI.hpp>
#include <csignal>
#include <exception>

#include "app/options.h"
#include "app/process.h"
#include "app/version.h"
#include "pipelines/pipeline_settings.h"

namespace {

using mailtap::Options;

void add_settings(CLI::App& command, Options& options) {
  command.add_option("-c,--config", options.config_file, "settings (TOML); without it the defaults")
      ->type_name("FILE");
  command.add_option("--set", options.overrides, "one setting, a TOML value: --set flow.flows_max=100000")
      ->type_name("KEY=VALUE")
      ->expected(1)
      ->take_all();
}

void add_workers(CLI::App& command, Options& options) {
  command.add_option("--workers", options.workers, "cores that decode, 1 .. 64")
      ->type_name("N")
      ->check(CLI::Range(1U, mailtap::kWorkersMax));
}

void add_outputs(CLI::App& command, Options& options) {
  command.add_option("--out", options.out, "folder for eve.json; made when it is missing")->type_name("DIR");
  command
      .add_option_function<std::string>(
          "--format", [&options](const std::string& format) { options.json_report = format == "json"; },
          "the report on stdout: text or json")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}));
}

// Which subcommand was named.
int (*parse(CLI::App& app, Options& options, int argc, char** argv))(const Options&) {
  app.set_version_flag("--version", "mailtap " MAILTAP_VERSION);
  app.require_subcommand(1);
  CLI::App& replay = *app.add_subcommand("replay", "what a live run would have said about capture files");
  replay.add_option("files", options.files, "capture files (pcap), read one after the other")
      ->type_name("FILE")
      ->required();
  CLI::App& run = *app.add_subcommand("run", "a live sensor on DPDK ports");
  CLI::App& check = *app.add_subcommand("check", "are the settings in order, and what do they cost");
  check.add_flag("--defaults", options.print_defaults, "print the settings as an annotated file instead");
  for (CLI::App* command : {&replay, &run}) add_outputs(*command, options);
  for (CLI::App* command : {&replay, &run, &check}) {
    add_settings(*command, options);
    add_workers(*command, options);
  }
  app.parse(argc, argv);
  if (replay.parsed()) return mailtap::replay;
  return run.parsed() ? mailtap::run : mailtap::check;
}

int guarded_main(int argc, char** argv) {
  CLI::App app{"mailtap: a passive SMTP sensor", "mailtap"};
  Options options;
  int (*command)(const Options&) = nullptr;
  try {
    command = parse(app, options, argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return mailtap::complain(std::string(error.what()) + " (see mailtap --help)", mailtap::kExitUsage);
  }
  return command(options);
}

}  // namespace

int main(int argc, char** argv) {
  mailtap::forbid_core_dumps();
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is an error of write(), told as one
  try {
    return guarded_main(argc, argv);
  } catch (const std::bad_alloc&) {
    return mailtap::complain("not enough memory for these settings (see mailtap check)", mailtap::kExitUsage);
  } catch (const std::exception& error) {
    return mailtap::complain(error.what(), mailtap::kExitDamage);
  }
}
