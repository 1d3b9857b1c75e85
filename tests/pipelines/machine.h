// SPDX-License-Identifier: Apache-2.0
// The whole machine over frames from memory, for tests: what it wrote, by lines.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "pipelines/engine.h"
#include "tests/support/memory_source.h"

namespace mailtap {

inline const std::shared_ptr<const PatternSet>& test_patterns() {
  static const std::shared_ptr<const PatternSet> set = PatternSet::compile().value();
  return set;
}

inline WorkerParts small_parts() {
  WorkerParts parts;
  parts.flow.flows_max = 4096;
  parts.pipeline.sessions_max = 1024;
  parts.pipeline.text_pages = 8192;
  parts.pipeline.held_pages = 1024;
  parts.pipeline.ring_frames = 64;  // small: full rings happen
  parts.event.buffers = 2;
  parts.event.buffer_bytes = 16 * 1024;
  parts.patterns = test_patterns();
  static const auto secrets = std::make_shared<const KeyedHash>(KeyedHash::random());
  parts.secrets = secrets;
  parts.seed = 0x1234'5678;
  return parts;
}

struct Told {
  EngineResult result;
  std::vector<std::string> events;  // lines of eve.json but those of stats
  std::string final_stats;
  std::string report;

  std::size_t count(std::string_view part) const {
    std::size_t n = 0;
    for (const std::string& line : events) n += line.find(part) != std::string::npos ? 1U : 0U;
    return n;
  }
};

inline std::vector<std::string> lines_of(const std::string& path) {
  std::vector<std::string> lines;
  std::ifstream in(path);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline Told run_machine(const WorkerParts& parts, unsigned workers, PacketSource& source) {
  std::string folder = (std::filesystem::temp_directory_path() / "mailtap-test-XXXXXX").string();
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string path = folder + "/eve.json";
  const ExportSettings settings;
  Told told;
  {
    auto eve = EveWriter::open(path, LineFile::Mode::kReplace, settings, parts.secrets.get());
    EXPECT_TRUE(eve.ok());
    Report report(settings, parts.secrets.get());
    Engine engine(parts, workers, source, {eve.value().get(), &report});
    const std::atomic<bool> stop{false};
    told.result = engine.run(stop);
    RunFacts facts;
    facts.source = "memory";
    facts.first = told.result.first;
    facts.last = told.result.last;
    facts.stats = &engine.stats();
    told.report = report.text(facts, {}) + report.json(facts);
  }
  for (std::string& line : lines_of(path)) {
    if (line.find("\"event_type\":\"stats\"") == std::string::npos)
      told.events.push_back(std::move(line));
    else
      told.final_stats = std::move(line);
  }
  std::filesystem::remove_all(folder);
  return told;
}

inline Told run_machine(const WorkerParts& parts, unsigned workers, std::vector<MemoryFrame> frames) {
  MemorySource source(std::move(frames));
  Told told = run_machine(parts, workers, source);
  EXPECT_EQ(source.frames_lent(), 0U) << "every frame goes back to its source";
  return told;
}

}  // namespace mailtap
