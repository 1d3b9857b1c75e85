// SPDX-License-Identifier: Apache-2.0
#include "nic/eal.h"

#include <fcntl.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_log.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "nic/device_name.h"

namespace mailtap {
namespace {

constexpr std::uint32_t kHugePageMb = 2;

// Set-up and complaints only, never a packet's path. Never destroyed: DPDK's threads may log while the
// process ends.
struct Complaint {
  std::mutex mutex;
  std::string line;
};
Complaint& complaint() {
  static auto* const only = new Complaint;
  return *only;
}

ssize_t keep_complaint(void*, const char* text, std::size_t size) {
  std::string_view line(text, size);
  while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.remove_suffix(1);
  if (const std::size_t at = line.rfind('\n'); at != std::string_view::npos) line.remove_prefix(at + 1);
  if (!line.empty()) {
    const std::lock_guard lock(complaint().mutex);
    if (complaint().line.empty()) complaint().line.assign(line);  // those that follow say that it failed
  }
  return static_cast<ssize_t>(size);
}

void take_log() {
  cookie_io_functions_t functions{};
  functions.write = keep_complaint;
  std::FILE* log = ::fopencookie(nullptr, "w", functions);
  if (log == nullptr) return;
  std::setvbuf(log, nullptr, _IOLBF, 0);
  ::rte_openlog_stream(log);
}

// What DPDK writes to stderr past its own log while it starts says again what the log says.
class QuietStderr {
 public:
  QuietStderr() : kept_(::dup(STDERR_FILENO)) {
    const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (kept_ >= 0 && nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
    if (nowhere >= 0) ::close(nowhere);
  }
  ~QuietStderr() {
    if (kept_ < 0) return;
    ::dup2(kept_, STDERR_FILENO);
    ::close(kept_);
  }
  QuietStderr(const QuietStderr&) = delete;
  QuietStderr& operator=(const QuietStderr&) = delete;

 private:
  int kept_;
};

// One lcore that may run wherever this thread may: DPDK would pin it to one CPU otherwise.
std::string lcore_argument() {
  cpu_set_t set;
  CPU_ZERO(&set);
  ::sched_getaffinity(0, sizeof set, &set);
  std::string cpus;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &set)) continue;
    if (!cpus.empty()) cpus += ',';
    cpus += std::to_string(cpu);
  }
  return "--lcores=0@(" + cpus + ")";
}

bool huge_pages_free(std::uint32_t mb) {
  std::ifstream file("/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  std::uint64_t pages = 0;
  return file >> pages && pages * kHugePageMb >= mb;
}

bool use_huge_pages(const NicSettings& settings) {
  if (settings.huge_pages == HugePages::kAuto) return huge_pages_free(nic_memory_mb(settings));
  return settings.huge_pages == HugePages::kYes;
}

bool is_pci(const std::string& device) { return device_name_of(device) == DeviceName::kPci; }

std::vector<std::string> arguments(const NicSettings& settings) {
  std::vector<std::string> args = {"mailtap",
                                   lcore_argument(),
                                   "-m",
                                   std::to_string(nic_memory_mb(settings)),
                                   "--no-telemetry",
                                   "--log-level=error",
                                   "--file-prefix=mailtap-" + std::to_string(::getpid())};
  if (use_huge_pages(settings))
    args.insert(args.end(), {"--in-memory"});
  else
    args.insert(args.end(), {"--no-huge", "--no-shconf"});  // 22.11 takes --in-memory with huge pages only
  const auto& devices = settings.devices;
  if (std::none_of(devices.begin(), devices.end(), is_pci)) args.push_back("--no-pci");
  for (const std::string& device : devices)
    args.push_back((is_pci(device) ? "--allow=" : "--vdev=") + device);
  return args;
}

int init(std::vector<std::string> args) {
  std::vector<char*> argv;
  argv.reserve(args.size() + 1);
  for (std::string& arg : args) argv.push_back(arg.data());
  argv.push_back(nullptr);
  const QuietStderr quiet;
  return ::rte_eal_init(static_cast<int>(args.size()), argv.data());
}

std::string reason_of_failure() {
  std::string why = Eal::first_complaint();
  return why.empty() ? std::strerror(rte_errno) : why;
}

// DPDK leaves its folder behind, an empty one.
void remove_runtime_folder() {
  const std::string folder = ::rte_eal_get_runtime_dir();
  std::error_code ignored;
  if (folder.find("/mailtap-") != std::string::npos) std::filesystem::remove_all(folder, ignored);
}

}  // namespace

std::uint32_t nic_memory_mb(const NicSettings& settings) {
  if (settings.memory_mb != 0) return settings.memory_mb;
  const std::uint64_t pools = std::uint64_t{settings.rx_queues} * settings.mbufs * nic_mbuf_bytes(settings);
  return static_cast<std::uint32_t>((pools >> 20) + kNicOwnMb);
}

Result<Eal> Eal::start(const NicSettings& settings) {
  static bool started = false;
  if (std::exchange(started, true)) return Failure{"DPDK was started in this process before"};
  take_log();
  if (init(arguments(settings)) >= 0) return Eal();
  Failure failure{"DPDK does not start: " + reason_of_failure()};
  remove_runtime_folder();
  return failure;
}

Eal::Eal(Eal&& other) noexcept : running_(std::exchange(other.running_, false)) {}

Eal::~Eal() {
  if (!running_) return;
  ::rte_eal_cleanup();
  remove_runtime_folder();
}

std::string Eal::first_complaint() {
  const std::lock_guard lock(complaint().mutex);
  return complaint().line;
}

}  // namespace mailtap
