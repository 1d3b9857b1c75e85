// SPDX-License-Identifier: Apache-2.0
// The numbers by which capture files name a link type (LINKTYPE_, www.tcpdump.org/linktypes.html), and those
// of DLT_RAW that some systems wrote in their place. Any thread.
#pragma once

#include <cstdint>
#include <string>

#include "packet/frame.h"

namespace mailtap {

LinkType link_type_of(std::uint32_t number);

// "147 (USER0)", or the bare number where there is no name.
std::string describe_link(std::uint32_t number);

}  // namespace mailtap
