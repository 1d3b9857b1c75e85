// SPDX-License-Identifier: Apache-2.0
// What an entry of nic.devices names, told from its letters alone: DPDK is not asked, which cannot be started
// twice in a process.
//
//   pci      hhhh:hh:hh.h [, arguments]             the domain is not left out
//   virtual  (net_ | eth_) driver [number] {, key [= value]}      letters, digits and '_'
#pragma once

#include <cstdint>
#include <string_view>

namespace mailtap {

enum class DeviceName : std::uint8_t { kPci, kVirtual, kNeither };

DeviceName device_name_of(std::string_view device);

// Without the arguments.
std::string_view bare_name(std::string_view device);

// What stands behind "KEY=" among the arguments; of several the last. Empty: nothing.
std::string_view argument_of(std::string_view device, std::string_view key);

}  // namespace mailtap
