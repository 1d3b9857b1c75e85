// SPDX-License-Identifier: Apache-2.0
#include "nic/device_name.h"

#include <algorithm>

namespace mailtap {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";  // as DPDK names its ports
constexpr std::string_view kOfNames = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

bool is_pci(std::string_view name) {
  constexpr std::string_view kShape = "hhhh:hh:hh.h";
  return name.size() == kShape.size() &&
         std::equal(name.begin(), name.end(), kShape.begin(), [](char c, char shape) {
           return shape == 'h' ? kHex.find(c) != std::string_view::npos : c == shape;
         });
}

bool is_virtual(std::string_view name) {
  const std::string_view prefix = name.substr(0, 4);
  return name.size() > 4 && (prefix == "net_" || prefix == "eth_") &&
         name.find_first_not_of(kOfNames) == std::string_view::npos;
}

// Takes the first argument away from `rest`, which begins with a comma.
std::string_view next_argument(std::string_view& rest) {
  rest.remove_prefix(1);
  const std::string_view argument = rest.substr(0, rest.find(','));
  rest.remove_prefix(argument.size());
  return argument;
}

bool has_arguments_with_keys(std::string_view device) {
  // Commas in brackets do not part arguments: such a list is left to the driver.
  if (device.find('[') != std::string_view::npos) return true;
  for (std::string_view rest = device.substr(bare_name(device).size()); !rest.empty();) {
    const std::string_view argument = next_argument(rest);
    if (argument.empty() || argument.front() == '=') return false;
  }
  return true;
}

}  // namespace

std::string_view bare_name(std::string_view device) { return device.substr(0, device.find(',')); }

DeviceName device_name_of(std::string_view device) {
  const std::string_view name = bare_name(device);
  if (!has_arguments_with_keys(device)) return DeviceName::kNeither;
  if (is_pci(name)) return DeviceName::kPci;
  return is_virtual(name) ? DeviceName::kVirtual : DeviceName::kNeither;
}

std::string_view argument_of(std::string_view device, std::string_view key) {
  std::string_view found;
  for (std::string_view rest = device.substr(bare_name(device).size()); !rest.empty();) {
    const std::string_view argument = next_argument(rest);
    if (argument.substr(0, key.size()) == key && argument.substr(key.size(), 1) == "=")
      found = argument.substr(key.size() + 1);
  }
  return found;
}

}  // namespace mailtap
