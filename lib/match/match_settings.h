// SPDX-License-Identifier: Apache-2.0
// Settings of the match room.
#pragma once

#include <string>

namespace mailtap {

struct MatchSettings {
  bool cache = true;  // keep compiled patterns on disk: a start then takes milliseconds
  // Where; must be owned by the effective user and writable by nobody else. Empty: mailtap/ under
  // $XDG_CACHE_HOME, else under ~/.cache.
  std::string cache_folder;
};

}  // namespace mailtap
