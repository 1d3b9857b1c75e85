// SPDX-License-Identifier: Apache-2.0
// pcapng for the tests of this room, written without its code, in either byte order.
#pragma once

#include <cstdint>
#include <string>

namespace mailtap {

struct PcapngBytes {
  bool big = false;
  std::string content = {};

  std::string number(std::uint64_t value, unsigned size) const {
    std::string bytes;
    for (unsigned i = 0; i < size; ++i) bytes += static_cast<char>(value >> 8 * (big ? size - 1 - i : i));
    return bytes;
  }
  std::string u16(std::uint32_t value) const { return number(value, 2); }
  std::string u32(std::uint64_t value) const { return number(value, 4); }
  std::string ticks(std::uint64_t value) const { return u32(value >> 32) + u32(value & 0xffff'ffff); }
  static std::string filled(std::string bytes) {
    bytes.resize((bytes.size() + 3) / 4 * 4, '\0');
    return bytes;
  }

  std::string option(std::uint32_t code, const std::string& value) const {
    return u16(code) + u16(static_cast<std::uint32_t>(value.size())) + filled(value);
  }
  PcapngBytes& block(std::uint32_t type, const std::string& body) {
    const std::string length = u32(12 + filled(body).size());
    content += u32(type) + length + filled(body) + length;
    return *this;
  }
  PcapngBytes& section(unsigned major = 1) {
    return block(0x0a0d0d0a, u32(0x1a2b3c4d) + u16(major) + u16(0) + u32(0xffff'ffff) + u32(0xffff'ffff));
  }
  PcapngBytes& interface(unsigned link = 1, const std::string& options = {}, std::uint32_t snaplen = 0) {
    return block(1, u16(link) + u16(0) + u32(snaplen) + options);
  }
  PcapngBytes& resolution(unsigned unit, unsigned link = 1) {
    return interface(link, option(9, std::string(1, static_cast<char>(unit))) + option(0, ""));
  }
  PcapngBytes& packet(std::uint64_t time, const std::string& bytes, std::uint32_t interface = 0,
                      std::int64_t on_wire = -1, const std::string& options = {}) {
    return block(6, u32(interface) + ticks(time) + u32(bytes.size()) +
                        u32(on_wire < 0 ? bytes.size() : static_cast<std::uint64_t>(on_wire)) +
                        filled(bytes) + options);
  }
  PcapngBytes& obsolete_packet(std::uint64_t time, const std::string& bytes, unsigned interface = 0) {
    return block(
        2, u16(interface) + u16(9) + ticks(time) + u32(bytes.size()) + u32(bytes.size()) + filled(bytes));
  }
  PcapngBytes& simple_packet(const std::string& bytes, std::int64_t on_wire = -1) {
    return block(3, u32(on_wire < 0 ? bytes.size() : static_cast<std::uint64_t>(on_wire)) + filled(bytes));
  }
};

}  // namespace mailtap
