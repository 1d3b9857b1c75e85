// SPDX-License-Identifier: Apache-2.0
// DPDK's environment: started once a process, ended by the destructor. Its log says nothing unless something
// is wrong, and then its first line becomes the failure's reason instead of going to stderr. The calling
// thread keeps the CPUs that it may run on.
#pragma once

#include <string>

#include "base/result.h"
#include "nic/nic_settings.h"

namespace mailtap {

class Eal {
 public:
  static Result<Eal> start(const NicSettings& settings);

  Eal(Eal&& other) noexcept;
  Eal& operator=(Eal&&) = delete;
  ~Eal();

  // The first thing DPDK complained about, one line; empty when nothing.
  static std::string first_complaint();

 private:
  Eal() = default;
  bool running_ = true;
};

}  // namespace mailtap
