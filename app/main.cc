// SPDX-License-Identifier: Apache-2.0
// The command line. Exit status: 0 done; 1 damage in the input or the world; 2 usage or settings.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "app/options.h"
#include "app/process.h"
#include "app/version.h"
#include "config/nearest.h"
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

void add_out(CLI::App& command, Options& options) {
  command.add_option("--out", options.out, "folder for eve.json; made when it is missing")->type_name("DIR");
}

void add_format(CLI::App& command, Options& options) {
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
  replay
      .add_option("FILE", options.files,
                  "captures: pcap or pcapng, gzip or not, known by their content; several are merged in "
                  "order of time; - is standard input")
      ->type_name("")
      ->required();
  CLI::App& run = *app.add_subcommand("run", "a live sensor on DPDK ports");
  run.add_flag("--verbose", options.verbose, "say what happens on stderr off a terminal too");
  CLI::App& check =
      *app.add_subcommand("check", "are the settings in order, would a start succeed, what does it cost");
  check.add_flag("--defaults", options.print_defaults, "print the settings as an annotated file instead");
  for (CLI::App* command : {&replay, &run}) add_format(*command, options);
  for (CLI::App* command : {&replay, &run, &check}) {
    add_out(*command, options);
    add_settings(*command, options);
    add_workers(*command, options);
  }
  app.parse(argc, argv);
  if (replay.parsed()) return mailtap::replay;
  return run.parsed() ? mailtap::run : mailtap::check;
}

bool is_option(const std::string& word) { return word.size() > 1 && word.front() == '-'; }

// A word that no subcommand takes: the first that looks like an option, for what stands behind it is its
// value.
std::string say_unknown(const CLI::App& app) {
  const std::vector<std::string> words = app.remaining(true);
  const auto option = std::find_if(words.begin(), words.end(), is_option);
  const std::string& word = option != words.end() ? *option : words.front();
  if (!is_option(word)) return "one word too many: " + word;
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands())
    for (const CLI::Option* one : command->get_options())
      for (const std::string& name : one->get_lnames()) known.push_back("--" + name);
  return "no such option: " + word + mailtap::did_you_mean(word, known);
}

// What stands in a subcommand's place and is none; empty: it is one.
std::string say_no_subcommand(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands(nullptr)) names.push_back(command->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return {};
  if (is_option(word)) return "a subcommand comes first, not " + word;
  const std::string near = mailtap::did_you_mean(word, names);
  return "no such subcommand: " + word +
         (near.empty() ? "; there are " + CLI::detail::join(names, ", ") : near);
}

std::string say(const CLI::App& app, const CLI::ParseError& error, const std::string& first_word) {
  const std::string wrong = say_no_subcommand(app, first_word);
  if (!wrong.empty()) return wrong;
  return dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr ? say_unknown(app) : error.what();
}

int guarded_main(int argc, char** argv) {
  CLI::App app{"mailtap: a passive SMTP sensor", "mailtap"};
  Options options;
  int (*command)(const Options&) = nullptr;
  try {
    command = parse(app, options, argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    if (argc < 2) {
      std::fputs(app.help().c_str(), stdout);
      return mailtap::complain("a subcommand is missing", mailtap::kExitUsage);
    }
    return mailtap::complain(say(app, error, argv[1]) + " (see mailtap --help)", mailtap::kExitUsage);
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
