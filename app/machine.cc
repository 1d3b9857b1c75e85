// SPDX-License-Identifier: Apache-2.0
#include "app/machine.h"

#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "config/loader.h"

namespace mailtap {
namespace {

Result<std::uint64_t> random_seed() {
  std::uint64_t seed = 0;
  if (::getrandom(&seed, sizeof seed, 0) != static_cast<ssize_t>(sizeof seed))
    return Failure{std::string("no random numbers: ") + std::strerror(errno)};
  return seed;
}

bool is_there(const std::string& file) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(file, error));
}

// The key that outlives a run is made by a live one; a replay before takes one for itself.
Result<KeyedHash> load_key(const std::string& file, Mode mode, std::vector<std::string>& notes) {
  if (file.empty()) return KeyedHash::random();
  if (is_there(file)) return KeyedHash::from_file(file);
  if (mode == Mode::kLive) return KeyedHash::create_file(file);
  notes.push_back("secrets are hashed with a random key of this replay: " + file + " is not there yet");
  return KeyedHash::random();
}

void copy_settings(const Config& config, Mode mode, WorkerParts& parts) {
  parts.packet = config.packet;
  parts.flow = config.flow;
  parts.tcp = config.tcp;
  parts.smtp = config.smtp;
  parts.host = config.host;
  parts.event = config.event;
  parts.detect = config.detect;
  parts.pipeline = config.pipeline;
  parts.lossless = mode == Mode::kReplay || config.pipeline.wait_when_full;
  parts.sleeps = parts.lossless;
}

Status fill_parts(const Config& config, Mode mode, Machine& machine) {
  WorkerParts& parts = machine.parts;
  copy_settings(config, mode, parts);
  const Result<std::uint64_t> seed = random_seed();
  if (!seed) return seed.failure();
  parts.seed = seed.value();
  Result<KeyedHash> key = load_key(config.privacy.key_file, mode, machine.notes);
  if (!key) return Failure{"privacy.key_file: " + key.reason()};
  parts.secrets = std::make_shared<const KeyedHash>(std::move(key.value()));
  if (!config.privacy.seal_public_key.empty()) {
    const Result<SealingKey> key_of_operator = SealingKey::from_base64(config.privacy.seal_public_key);
    if (!key_of_operator) return Failure{"privacy.seal_public_key: " + key_of_operator.reason()};
    parts.sealing_key = key_of_operator.value();
  }
  Result<LoadedPatterns> patterns = load_or_compile(config.match);
  if (!patterns) return patterns.failure();
  parts.patterns = patterns.value().set;
  machine.cache_note = patterns.value().why_unused;
  return {};
}

TextStyle style_of_stdout() {
  TextStyle style;
  if (::isatty(STDOUT_FILENO) != 1) return style;
  struct winsize size {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40) style.width = size.ws_col;
  style.colour = std::getenv("NO_COLOR") == nullptr;
  return style;
}

bool print(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

}  // namespace

int complain(const std::string& reason, int status) {
  std::fprintf(stderr, "mailtap: %s\n", reason.c_str());
  return status;
}

std::optional<Config> load_settings(const Options& options) {
  LoadedConfig loaded = load_config(options.config_file, options.overrides);
  for (const std::string& fault : loaded.faults) std::fprintf(stderr, "%s\n", fault.c_str());
  if (!loaded.ok()) return std::nullopt;
  return std::move(loaded.config);
}

const std::string& out_of(const Config& config, const Options& options) {
  return options.out.empty() ? config.folder : options.out;
}

Result<std::unique_ptr<Machine>> make_machine(const Config& config, const Options& options, Mode mode) {
  auto machine = std::make_unique<Machine>();
  const std::string& out = out_of(config, options);
  if (!out.empty()) {
    Result<OutFolder> folder = OutFolder::open(out);
    if (!folder) return folder.failure();
    machine->folder.emplace(std::move(folder.value()));
  }
  if (const Status filled = fill_parts(config, mode, *machine); !filled) return filled.failure();
  return machine;
}

Status open_outputs(const Config& config, const Options& options, Mode mode, Machine& machine) {
  machine.report = std::make_unique<Report>(config.output, machine.parts.secrets.get());
  if (!machine.folder) return {};
  const auto how = mode == Mode::kLive ? LineFile::Mode::kAppend : LineFile::Mode::kReplace;
  Result<std::unique_ptr<EveWriter>> eve =
      EveWriter::open(machine.folder->file("eve.json"), how, config.output, machine.parts.secrets.get());
  if (!eve) return Failure{out_of(config, options) + ": " + eve.reason()};
  machine.eve = std::move(eve.value());
  return {};
}

int tell_end(const Machine& machine, const Engine& engine, const EngineResult& result, const Options& options,
             const std::string& source) {
  RunFacts facts;
  facts.source = source;
  facts.first = result.first;
  facts.last = result.last;
  facts.stats = &engine.stats();
  facts.notes = machine.notes;
  if (machine.eve) {
    facts.events = machine.eve->events();
    facts.events_unwritten = machine.eve->events_unwritten();
  }
  const bool told = print(options.json_report ? machine.report->json(facts)
                                              : machine.report->text(facts, style_of_stdout()));
  if (machine.eve && !machine.eve->status()) return complain(machine.eve->status().reason(), kExitDamage);
  if (!result.failure.empty()) return complain(result.failure, kExitDamage);
  if (!told) return complain(std::string("stdout: ") + std::strerror(errno), kExitDamage);
  return kExitOk;
}

}  // namespace mailtap
