// SPDX-License-Identifier: Apache-2.0
#include "smtp/session_text.h"

#include <algorithm>

namespace mailtap::smtp {

SessionText::View SessionText::view(const PagePool& pool, std::span<std::uint8_t> scratch) const {
  std::string_view text = as_text(text_.copy_out(pool, scratch));
  View view;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    view.names[i] = text.substr(0, sizes_[i]);
    text.remove_prefix(view.names[i].size());
  }
  return view;
}

bool SessionText::set(PagePool& pool, Name name, std::string_view text, std::uint32_t limit,
                      std::span<std::uint8_t> scratch) {
  View names = view(pool, scratch);
  if (names[name] == text) return true;
  names.names[static_cast<std::size_t>(name)] = text;
  text_.clear(pool);  // first: its pages may be the last ones
  bool whole = true;
  for (std::size_t i = 0; i < sizes_.size(); ++i) {
    const std::string_view kept = names.names[i].substr(0, limit - std::min(limit, text_.size()));
    const std::uint32_t before = text_.size();
    whole = text_.append(pool, as_bytes(kept)) && kept.size() == names.names[i].size() && whole;
    sizes_[i] = static_cast<std::uint16_t>(text_.size() - before);
  }
  return whole;
}

void SessionText::clear(PagePool& pool) {
  text_.clear(pool);
  sizes_ = {};
}

}  // namespace mailtap::smtp
