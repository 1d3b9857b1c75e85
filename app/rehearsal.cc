// SPDX-License-Identifier: Apache-2.0
#include "app/rehearsal.h"

#include <filesystem>
#include <system_error>

#include "app/out_folder.h"
#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"
#include "export/line_file.h"
#include "match/pattern_cache.h"
#include "nic/device_name.h"

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

// Which driver it is bound to decides whether DPDK can read it; which do, DPDK knows.
void look_at_pci_device(const std::string& address, Rehearsal& seen) {
  const std::filesystem::path place = "/sys/bus/pci/devices/" + address;
  if (!is_there(place)) {
    seen.faults.push_back("nic.devices: " + address + ": this machine has no such PCI device");
    return;
  }
  std::error_code error;
  const std::filesystem::path driver = std::filesystem::read_symlink(place / "driver", error);
  seen.findings.push_back("device: " + address + " is there, bound to " +
                          (error ? "no driver" : driver.filename().string()));
}

void look_at_devices(const std::vector<std::string>& devices, Rehearsal& seen) {
  for (const std::string& device : devices) {
    const DeviceName name = device_name_of(device);
    if (name == DeviceName::kPci) look_at_pci_device(std::string(bare_name(device)), seen);
    if (name == DeviceName::kNeither)
      seen.faults.push_back("nic.devices: " + device +
                            ": is neither a PCI address (\"0000:3b:00.0\") nor a virtual device "
                            "(\"net_af_packet0,iface=eth1\")");
  }
  if (!devices.empty())
    seen.findings.push_back("devices: not tried: whether DPDK can read them is seen when `run` starts");
}

// Where a limit is reached less is told, and says so: not a fault.
void look_at_sizes(const Config& config, Rehearsal& seen) {
  constexpr std::uint64_t kAddress = 64, kOfEnvelope = 4, kOfRecord = 2;
  const std::uint64_t text = config.smtp.transaction_text_max;
  const std::uint64_t fixed = kRecordBufferBytesMin + config.smtp.session_text_max;
  const std::uint64_t longest = text + kOfRecord * config.smtp.recipients_max + fixed;
  if ((kAddress + kOfEnvelope) * config.smtp.recipients_max > text)
    seen.findings.push_back("recipients: smtp.recipients_max of " + std::to_string(kAddress) +
                            " octets do not fit smtp.transaction_text_max: fewer are listed");
  if (longest > config.event.buffer_bytes)
    seen.findings.push_back("records: an envelope of smtp.transaction_text_max may take " +
                            std::to_string(longest) + " bytes, more than event.buffer_size: it is then cut");
}

}  // namespace

Rehearsal rehearse(const Config& config, const std::string& out) {
  Rehearsal seen;
  look_at_key_file(config.privacy.key_file, seen);
  look_at_public_key(config.privacy.seal_public_key, seen);
  look_at_output(out, seen);
  look_at_cache(config.match, seen);
  look_at_devices(config.nic.devices, seen);
  look_at_sizes(config, seen);
  return seen;
}

}  // namespace mailtap
