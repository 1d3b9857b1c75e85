// SPDX-License-Identifier: Apache-2.0
// Digests that formats ask for (community_id is base64 of a SHA-1); nothing here protects a secret.
// No allocation a call; any thread.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace mailtap {

using Sha1 = std::array<std::uint8_t, 20>;

// FIPS 180-4.
Sha1 sha1(Bytes bytes);

}  // namespace mailtap
