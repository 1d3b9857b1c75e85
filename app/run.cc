// SPDX-License-Identifier: Apache-2.0
// mailtap run: a live sensor on DPDK ports. Ends by SIGINT or SIGTERM, after what the ports hold is done
// with.
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/human.h"
#include "app/machine.h"
#include "app/options.h"
#include "app/process.h"
#include "nic/nic.h"

namespace mailtap {
namespace {

constexpr std::chrono::seconds kPollPeriod{1};

std::string names_of(const std::vector<std::string>& devices) {
  std::string names;
  for (const std::string& device : devices) names += (names.empty() ? "" : ", ") + device;
  return names;
}

// Asks the ports what they lost, on a thread that is no worker, and logs when the loss grows.
class Watch {
 public:
  Watch(Nic& nic, spdlog::logger& log) : nic_(nic), log_(log), thread_([this] { run(); }) {}
  // What was lost up to the end is told too.
  ~Watch() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      ended_ = true;
    }
    changed_.notify_one();
    thread_.join();
    look();
  }
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  void run() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, kPollPeriod, [this] { return ended_; })) look();
  }

  void look() {
    nic_.poll_counters();
    const SourceCounters counters = nic_.queue(0).counters();
    const std::uint64_t lost = counters.missed + counters.no_buffer + counters.errors;
    if (lost > told_) log_.warn("{} frames lost by the ports since the start ({} more)", lost, lost - told_);
    told_ = lost;
  }

  Nic& nic_;
  spdlog::logger& log_;
  std::uint64_t told_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ended_ = false;
  std::thread thread_;
};

std::shared_ptr<void> make_nic_thread() { return std::make_shared<NicThread>(); }

void stop_nic(void* nic) { static_cast<Nic*>(nic)->stop(); }

// Off a terminal errors alone are told, unless more is asked for: losses stand in the stats and the report.
std::shared_ptr<spdlog::logger> make_log(bool verbose) {
  auto log = spdlog::stderr_color_mt("mailtap");
  log->set_level(verbose || ::isatty(STDERR_FILENO) == 1 ? spdlog::level::info : spdlog::level::err);
  return log;
}

int work(const Config& config, const Options& options, Machine& machine, Nic& nic) {
  const auto log = make_log(options.verbose);
  if (!machine.cache_note.empty()) log->warn("compiled patterns are not kept: {}", machine.cache_note);
  // The ports are told to end, so that what they hold is handed out first; the engine's own flag stays down.
  static const std::atomic<bool> never{false};
  Engine engine(machine.parts, options.workers, nic.queue(0), machine.sinks(), make_nic_thread);
  const StopSignals signals(stop_nic, &nic);
  const std::string devices = names_of(config.nic.devices);
  log->info("reading {} with {} worker(s)", devices, options.workers);
  EngineResult result;
  {
    const Watch watch(nic, *log);
    result = engine.run(never);
  }
  log->info("ended after {} frames, {}", nic.queue(0).counters().frames,
            human_bytes(nic.queue(0).counters().bytes));
  return tell_end(machine, engine, result, options, devices);
}

}  // namespace

int run(const Options& options) {
  const std::optional<Config> config = load_settings(options);
  if (!config) return kExitUsage;
  if (config->nic.devices.empty()) return complain("nic.devices: names no device to read", kExitUsage);
  Result<std::unique_ptr<Machine>> machine = make_machine(*config, options, Mode::kLive);
  if (!machine) return complain(machine.reason(), kExitUsage);
  NicSettings settings = config->nic;
  settings.rx_queues = 1;  // several workers are steered by the RX core
  Result<std::unique_ptr<Nic>> nic = Nic::open(settings);
  if (!nic) return complain(nic.reason(), kExitUsage);
  const Status opened = open_outputs(*config, options, Mode::kLive, *machine.value());
  if (!opened) return complain(opened.reason(), kExitUsage);
  return work(*config, options, *machine.value(), *nic.value());
}

}  // namespace mailtap
