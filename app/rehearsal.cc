// SPDX-License-Identifier: Apache-2.0
#include "app/rehearsal.h"

#include <filesystem>
#include <system_error>

#include "app/out_folder.h"
#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"
#include "export/line_file.h"
#include "match/pattern_cache.h"

namespace mailtap {
namespace {

bool is_there(const std::string& path) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(path, error));
}

// Its folder is not made for it.
Status check_key_can_be_made(const std::string& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return Failure{folder.string() + ": is no folder"};
  return check_can_be_made(file);
}

void look_at_key_file(const std::string& file, Rehearsal& seen) {
  const std::string key = "privacy.key_file: ";
  if (file.empty()) {
    seen.findings.push_back("key file: none: each run takes a random key");
  } else if (!is_there(file)) {
    const Status possible = check_key_can_be_made(file);
    if (!possible) seen.faults.push_back(key + possible.reason());
    seen.findings.push_back("key file: " + file +
                            " is made by the first `run`; a replay before takes a random key");
  } else if (const Result<KeyedHash> loaded = KeyedHash::from_file(file); !loaded) {
    seen.faults.push_back(key + loaded.reason());
  } else {
    seen.findings.push_back("key file: " + file);
  }
}

void look_at_public_key(const std::string& key, Rehearsal& seen) {
  if (key.empty()) return;
  const Result<SealingKey> usable = SealingKey::from_base64(key);
  if (!usable) seen.faults.push_back("privacy.seal_public_key: " + usable.reason());
  seen.findings.push_back("public key: secrets are sealed to it");
}

void look_at_output(const std::string& out, Rehearsal& seen) {
  if (out.empty()) {
    seen.findings.push_back("output: no folder, the report alone");
    return;
  }
  Status possible = OutFolder::check(out);
  if (possible) possible = LineFile::check(out + "/eve.json");
  if (!possible) seen.faults.push_back(possible.reason());
  seen.findings.push_back("output: " + out + (is_there(out) ? "" : " is made by the start"));
}

// Without a cache a start takes longer, no more.
void look_at_cache(const MatchSettings& settings, Rehearsal& seen) {
  const std::string what = "pattern cache: ";
  if (!settings.cache) return seen.findings.push_back(what + "off (match.cache)");
  const Result<std::string> folder = cache_folder(settings);
  if (!folder) return seen.findings.push_back(what + "not used: " + folder.reason());
  const Status usable = check_cache_folder(folder.value());
  seen.findings.push_back(what + (usable ? folder.value() : "not used: " + usable.reason()));
}

}  // namespace

Rehearsal rehearse(const Config& config, const std::string& out) {
  Rehearsal seen;
  look_at_key_file(config.privacy.key_file, seen);
  look_at_public_key(config.privacy.seal_public_key, seen);
  look_at_output(out, seen);
  look_at_cache(config.match, seen);
  return seen;
}

}  // namespace mailtap
