// SPDX-License-Identifier: Apache-2.0
#include "app/process.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace mailtap {
namespace {

std::atomic<bool> stop_requested{false};
void (*also_call)(void*) = nullptr;
void* also_context = nullptr;

extern "C" void on_stop_signal(int number) {
  if (stop_requested.exchange(true)) ::_exit(128 + number);
  if (also_call != nullptr) also_call(also_context);
}

void handle(void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

}  // namespace

void forbid_core_dumps() {
  const struct rlimit none { 0, 0 };
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

StopSignals::StopSignals(void (*also)(void* context), void* context) {
  also_context = context;
  also_call = also;
  handle(on_stop_signal);
}

StopSignals::~StopSignals() {
  handle(SIG_DFL);
  also_call = nullptr;
  also_context = nullptr;
}

const std::atomic<bool>& StopSignals::requested() { return stop_requested; }

}  // namespace mailtap
