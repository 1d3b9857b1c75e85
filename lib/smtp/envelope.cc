// SPDX-License-Identifier: Apache-2.0
#include "smtp/envelope.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "smtp/command_parser.h"

namespace mailtap::smtp {

namespace {

struct EntryHead {
  std::uint16_t size = 0;
  std::uint16_t code = 0;
};

// The next entry of `text`, which is shortened by it.
bool take_entry(Bytes& text, EntryHead& head, std::string_view& entry) {
  if (text.size() < sizeof head) return false;
  std::memcpy(&head, text.data(), sizeof head);
  text = text.subspan(sizeof head);
  if (text.size() < head.size) return false;
  entry = as_text(text.first(head.size));
  text = text.subspan(head.size);
  return true;
}

}  // namespace

bool Envelope::open(PagePool& pool) {
  clear(pool);
  open_ = true;
  constexpr std::array<std::uint8_t, kReplySlot> kEmpty{};
  return text_.append(pool, kEmpty);
}

void Envelope::clear(PagePool& pool) {
  text_.clear(pool);
  *this = Envelope{};
}

bool Envelope::append(PagePool& pool, Bytes text, std::uint16_t code, const SmtpSettings& settings) {
  const EntryHead head{static_cast<std::uint16_t>(text.size()), code};
  const std::size_t size = sizeof head + text.size();
  if (text_.size() < kReplySlot || text_.size() + size > settings.transaction_text_max) return false;
  if (!text_.fits(pool, size)) return false;  // a head without its text would spoil what comes behind
  std::array<std::uint8_t, sizeof head> bytes{};
  std::memcpy(bytes.data(), &head, sizeof head);
  return text_.append(pool, bytes) && text_.append(pool, text);
}

bool Envelope::set_mail(PagePool& pool, Bytes argument, std::uint16_t code, const SmtpSettings& settings) {
  mail_code_ = code;
  has_mail_ = append(pool, argument, code, settings);
  return has_mail_;
}

bool Envelope::add_recipient(PagePool& pool, Bytes argument, std::uint16_t code,
                             const SmtpSettings& settings) {
  ++sent_;
  if (code >= 400) ++refused_;
  if (!has_mail_ && listed_ == 0 && !append(pool, {}, 0, settings)) return false;  // no MAIL was seen
  std::string_view rest;
  const std::string_view path = take_path(as_text(argument), rest);
  if (listed_ >= settings.recipients_max || !append(pool, as_bytes(path), code, settings)) return false;
  ++listed_;
  return true;
}

void Envelope::set_reply(PagePool& pool, std::uint16_t code, std::string_view text) {
  if (code == 0) return;
  last_code_ = code;
  if (text_.size() < kReplySlot) return;
  reply_size_ = static_cast<std::uint8_t>(std::min(text.size(), kReplySlot));
  text_.overwrite(pool, 0, as_bytes(text.substr(0, reply_size_)));
}

void Envelope::fill(const PagePool& pool, SmtpScratch& scratch, Transaction& told) const {
  told.has_mail = has_mail_;
  told.chunking = chunking_;
  told.last_code = last_code_;
  told.size = size_;
  told.recipients_sent = sent_;
  told.recipients_refused = refused_;
  Bytes text = text_.copy_out(pool, scratch.transaction);
  if (text.size() < kReplySlot) return;
  told.last_reply = as_text(text.first(reply_size_));
  text = text.subspan(kReplySlot);
  EntryHead head;
  std::string_view entry;
  if (take_entry(text, head, entry)) {
    std::string_view params;
    told.mail_from = take_path(entry, params);
    told.params = parse_mail_params(params);
  }
  std::size_t n = 0;
  while (n < scratch.recipients.size() && take_entry(text, head, entry)) {
    scratch.recipients[n++] = Recipient{entry, head.code};
  }
  told.recipients = {scratch.recipients.data(), n};
}

}  // namespace mailtap::smtp
