// SPDX-License-Identifier: Apache-2.0
// RapidJSON's writer with three short cuts, worth a factor of two on an event: a key is a literal and copied
// as it is; a text that needs no escape (nearly every one) is found out eight characters at a time and
// copied; members that were rendered before are pasted. A text that is not UTF-8 has its bad bytes replaced
// by U+FFFD.
#pragma once

#include <rapidjson/writer.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "export/line_buffer.h"
#include "export/utf8.h"

namespace mailtap {

class JsonWriter : private rapidjson::Writer<LineBuffer> {
  using Base = rapidjson::Writer<LineBuffer>;

 public:
  explicit JsonWriter(LineBuffer& to) : Base(to), to_(to) {}

  void begin_line() { Base::Reset(to_); }
  void end_line() { to_.Put('\n'); }

  void open_object() { StartObject(); }
  void close_object() { EndObject(); }
  void open_array() { StartArray(); }
  void close_array() { EndArray(); }

  // `name` needs no escape.
  void key(std::string_view name) {
    Prefix(rapidjson::kStringType);
    quoted(name);
  }
  void object(std::string_view name) {
    key(name);
    open_object();
  }
  void array(std::string_view name) {
    key(name);
    open_array();
  }

  void value(std::string_view text) {
    if (plain(text)) {
      Prefix(rapidjson::kStringType);
      quoted(text);
      return;
    }
    scratch_.clear();
    append_valid_utf8(scratch_, text);
    String(scratch_.data(), static_cast<rapidjson::SizeType>(scratch_.size()));
  }
  void value(std::uint64_t number) { Uint64(number); }
  void value(double number) { Double(number); }
  void flag(std::string_view name, bool is) {
    key(name);
    Bool(is);
  }
  template <typename T>
  void member(std::string_view name, const T& what) {
    key(name);
    value(what);
  }
  void member_if(std::string_view name, std::string_view what) {
    if (!what.empty()) member(name, what);
  }

  // `"name":value,...` as it is, at least one whole member.
  void paste_members(std::string_view members) {
    Prefix(rapidjson::kStringType);
    to_.append(members);
    ++level_stack_.template Top<Level>()->valueCount;  // as many keys as values
  }

 private:
  void quoted(std::string_view text) {
    char* const at = to_.extend(text.size() + 2);
    at[0] = '"';
    if (!text.empty()) std::memcpy(at + 1, text.data(), text.size());
    at[text.size() + 1] = '"';
  }

  // Printable ASCII without quote and backslash. Per byte: the high bit of (x - 0x20) | x tells a control or
  // a byte from 0x80 up, that of (x ^ c) - 1 a byte that equals c; a borrow can only follow a byte that was
  // found, so that the verdict on the whole word is exact.
  static bool plain_word(std::uint64_t word) {
    constexpr std::uint64_t kOnes = 0x0101'0101'0101'0101;
    const std::uint64_t quote = word ^ (kOnes * '"');
    const std::uint64_t slash = word ^ (kOnes * '\\');
    const std::uint64_t found = (word - kOnes * 0x20) | (quote - kOnes) | (slash - kOnes) | word;
    return (found & (kOnes * 0x80)) == 0;
  }
  static bool plain(std::string_view text) {
    std::uint64_t word = 0;
    std::size_t at = 0;
    for (; at + 8 <= text.size(); at += 8) {
      std::memcpy(&word, text.data() + at, 8);
      if (!plain_word(word)) return false;
    }
    word = 0x6161'6161'6161'6161;
    if (at < text.size()) std::memcpy(&word, text.data() + at, text.size() - at);
    return plain_word(word);
  }

  LineBuffer& to_;
  std::string scratch_;
};

}  // namespace mailtap
