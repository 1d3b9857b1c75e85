// SPDX-License-Identifier: Apache-2.0
// What replay and run have in common: settings, keys, patterns and outputs made ready, and the end of a run
// told. Nothing is started before all of it is in order. Main thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/options.h"
#include "app/out_folder.h"
#include "config/config.h"
#include "export/eve_writer.h"
#include "export/report.h"
#include "pipelines/engine.h"
#include "pipelines/worker_parts.h"

namespace mailtap {

// Loads and checks; every fault stands on stderr when it answers nothing.
std::optional<Config> load_settings(const Options& options);

// Where the output goes: --out before output.folder. Empty: nowhere.
const std::string& out_of(const Config& config, const Options& options);

struct Machine {
  WorkerParts parts;
  std::string cache_note;          // why no compiled patterns are kept; empty: they are
  std::vector<std::string> notes;  // for the head of the report
  std::optional<OutFolder> folder;
  std::unique_ptr<EveWriter> eve;  // null: no files are written
  std::unique_ptr<Report> report;

  ControlParts sinks() const { return {eve.get(), report.get()}; }
};

enum class Mode { kReplay, kLive };

// Without its outputs. The reason names the setting or the folder that is at fault.
Result<std::unique_ptr<Machine>> make_machine(const Config& config, const Options& options, Mode mode);

// The last step, when the input is there: a start that fails before leaves no file behind, and what an
// earlier one has written stays.
Status open_outputs(const Config& config, const Options& options, Mode mode, Machine& machine);

// Writes the report to stdout, and what went wrong to stderr in one line. Answers the exit status.
int tell_end(const Machine& machine, const Engine& engine, const EngineResult& result, const Options& options,
             const std::string& source);

}  // namespace mailtap
