// SPDX-License-Identifier: Apache-2.0
#include "match/pattern_set.h"

#include <array>
#include <cstdlib>
#include <vector>

#include "match/hyperscan.h"
#include "match/pattern_cache.h"

namespace mailtap {
namespace {

struct Expressions {
  std::array<std::string, kPatterns> texts;
  std::array<const char*, kPatterns> pointers;
  std::array<unsigned, kPatterns> ids;
  std::array<unsigned, kPatterns> flags;
};

void fill(Expressions& expressions, unsigned flags) {
  for (std::size_t i = 0; i < kPatterns; ++i) {
    expressions.texts[i] = hyperscan::expression_of(static_cast<Pattern>(i));
    expressions.pointers[i] = expressions.texts[i].c_str();
    expressions.ids[i] = static_cast<unsigned>(i);
    expressions.flags[i] = flags;
  }
}

Result<PatternSet::Database> compile_database(unsigned flags) {
  Expressions expressions;
  fill(expressions, flags);
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  const hs_error_t outcome =
      hs_compile_multi(expressions.pointers.data(), expressions.flags.data(), expressions.ids.data(),
                       kPatterns, HS_MODE_BLOCK, nullptr, &database, &error);
  if (outcome == HS_SUCCESS) return PatternSet::Database(database);
  Failure failure{std::string("patterns do not compile: ") + (error != nullptr ? error->message : "unknown")};
  hs_free_compile_error(error);
  return failure;
}

Result<PatternSet::Database> deserialise(const std::vector<char>& bytes) {
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(bytes.data(), bytes.size(), &database) != HS_SUCCESS)
    return Failure{"Hyperscan does not know these patterns"};
  return PatternSet::Database(database);
}

Result<std::vector<char>> serialise(const hs_database* database) {
  char* bytes = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database, &bytes, &size) != HS_SUCCESS)
    return Failure{"patterns cannot be serialised"};
  std::vector<char> copy(bytes, bytes + size);
  std::free(bytes);
  return copy;
}

Result<std::shared_ptr<const PatternSet>> join(Result<PatternSet::Database> line,
                                               Result<PatternSet::Database> lines) {
  if (!line) return line.failure();
  if (!lines) return lines.failure();
  return std::shared_ptr<const PatternSet>(
      std::make_shared<PatternSet>(std::move(line.value()), std::move(lines.value())));
}

Result<std::shared_ptr<const PatternSet>> load(const std::string& folder, const std::string& name) {
  const Result<SerialisedPatterns> stored = read_cache(folder, name);
  if (!stored) return stored.failure();
  return join(deserialise(stored.value().line), deserialise(stored.value().lines));
}

Status store(const PatternSet& set, const std::string& folder, const std::string& name) {
  Result<std::vector<char>> line = serialise(set.line());
  if (!line) return line.failure();
  Result<std::vector<char>> lines = serialise(set.lines());
  if (!lines) return lines.failure();
  return write_cache(folder, name, {std::move(line.value()), std::move(lines.value())});
}

struct Place {
  std::string folder;
  std::string name;
};

Result<Place> place_of(const MatchSettings& settings) {
  if (!settings.cache) return Failure{"match.cache is false"};
  const Result<std::string> folder = cache_folder(settings);
  if (!folder) return folder.failure();
  if (const Status usable = prepare_cache_folder(folder.value()); !usable) return usable.failure();
  const Result<std::string> name = cache_file_name();
  if (!name) return name.failure();
  return Place{folder.value(), name.value()};
}

}  // namespace

void PatternSet::Free::operator()(hs_database* database) const { hs_free_database(database); }

Result<std::shared_ptr<const PatternSet>> PatternSet::compile() {
  if (hs_valid_platform() != HS_SUCCESS) return Failure{"this CPU lacks SSSE3, which Hyperscan needs"};
  return join(compile_database(hyperscan::kLineFlags), compile_database(hyperscan::kLinesFlags));
}

Result<LoadedPatterns> load_or_compile(const MatchSettings& settings) {
  const Result<Place> place = place_of(settings);
  if (place) {
    if (Result<std::shared_ptr<const PatternSet>> cached = load(place.value().folder, place.value().name))
      return LoadedPatterns{cached.value(), CacheUse::kLoaded, {}};
  }
  Result<std::shared_ptr<const PatternSet>> compiled = PatternSet::compile();
  if (!compiled) return compiled.failure();
  if (!place) return LoadedPatterns{compiled.value(), CacheUse::kUnused, place.reason()};
  const Status stored = store(*compiled.value(), place.value().folder, place.value().name);
  if (!stored) return LoadedPatterns{compiled.value(), CacheUse::kUnused, stored.reason()};
  return LoadedPatterns{compiled.value(), CacheUse::kWritten, {}};
}

}  // namespace mailtap
