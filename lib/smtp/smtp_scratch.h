// SPDX-License-Identifier: Apache-2.0
// Buffers for the time of one call, shared by all sessions of a worker and taken at start. Throws
// std::bad_alloc. Memory: about six times the largest text limit of the settings.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "smtp/dialogue_listener.h"
#include "smtp/smtp_settings.h"

namespace mailtap::smtp {

struct SmtpScratch {
  explicit SmtpScratch(const SmtpSettings& settings);
  ~SmtpScratch();
  SmtpScratch(const SmtpScratch&) = delete;
  SmtpScratch& operator=(const SmtpScratch&) = delete;

  std::vector<std::uint8_t> client_line;   // may hold a secret: wiped when the line was read
  std::vector<std::uint8_t> undecided;     // the same
  std::vector<std::uint8_t> auth_decoded;  // the same
  std::vector<std::uint8_t> sealed;        // the longest response of AUTH, sealed
  std::vector<std::uint8_t> server_line;
  std::vector<std::uint8_t> reply;
  std::vector<std::uint8_t> argument;
  std::vector<std::uint8_t> transaction;
  std::vector<std::uint8_t> session;
  std::vector<Recipient> recipients;
  std::vector<std::string_view> capabilities;
};

}  // namespace mailtap::smtp
