// SPDX-License-Identifier: Apache-2.0
// The open mail transaction (RFC 5321 3.3): what its commands said and how they were answered. Text stands in
// a chain of pages: [last reply, kReplySlot bytes][sender and parameters][recipient]..., each of the last two
// behind its size and its reply's code. The owner passes the same pool each time and calls clear().
#pragma once

#include <cstdint>
#include <string_view>

#include "smtp/dialogue_listener.h"
#include "smtp/smtp_scratch.h"
#include "smtp/text_chain.h"

namespace mailtap::smtp {

class Envelope {
 public:
  static constexpr std::size_t kReplySlot = 128;  // longer replies are cut here

  // False, as of the next two: a limit or a missing page left text out. The counts stay right.
  bool open(PagePool& pool);
  bool set_mail(PagePool& pool, Bytes argument, std::uint16_t code, const SmtpSettings& settings);
  bool add_recipient(PagePool& pool, Bytes argument, std::uint16_t code, const SmtpSettings& settings);
  void clear(PagePool& pool);
  void set_reply(PagePool& pool, std::uint16_t code, std::string_view text);
  void set_data_refused() { data_refused_ = true; }
  void set_chunking() { chunking_ = true; }
  void add_size(std::uint64_t n) { size_ += n; }

  bool is_open() const { return open_; }
  bool has_mail() const { return has_mail_; }
  std::uint16_t mail_code() const { return mail_code_; }
  std::uint32_t accepted() const { return sent_ - refused_; }
  // Nothing but refusals, where a message could have come of it.
  bool refused() const { return mail_code_ >= 400 || data_refused_ || (sent_ > 0 && refused_ == sent_); }

  // Fills what the envelope knows; views into `scratch`.
  void fill(const PagePool& pool, SmtpScratch& scratch, Transaction& told) const;

 private:
  bool append(PagePool& pool, Bytes text, std::uint16_t code, const SmtpSettings& settings);

  std::uint64_t size_ = 0;
  TextChain text_;
  std::uint32_t sent_ = 0;
  std::uint32_t refused_ = 0;
  std::uint16_t listed_ = 0;
  std::uint16_t mail_code_ = 0;
  std::uint16_t last_code_ = 0;
  std::uint8_t reply_size_ = 0;
  bool open_ : 1 = false;
  bool has_mail_ : 1 = false;
  bool chunking_ : 1 = false;
  bool data_refused_ : 1 = false;
};

}  // namespace mailtap::smtp
