// SPDX-License-Identifier: Apache-2.0
// The settings as a file that explains itself: every key with its meaning, bounds and value. What ships as
// configs/mailtap.toml is annotated(Config{}), letter by letter; `mailtap check --defaults` prints it.
#pragma once

#include <string>

#include "config/config.h"

namespace mailtap {

std::string annotated(const Config& config);

}  // namespace mailtap
