// SPDX-License-Identifier: Apache-2.0
// MAILTAP_CHECK(condition): a programmer's fault stops the program, in release builds too, and says where.
// Only for what our own code guarantees; bytes from the network never reach one, or whoever sends packets
// could stop us. The message holds the condition's text and no values, so that no secret can stand in it.
#pragma once

namespace mailtap {

[[noreturn]] void check_failed(const char* file, int line, const char* condition) noexcept;

}  // namespace mailtap

#define MAILTAP_CHECK(condition)                     \
  (__builtin_expect(static_cast<bool>(condition), 1) \
       ? static_cast<void>(0)                        \
       : ::mailtap::check_failed(__FILE__, __LINE__, #condition))
