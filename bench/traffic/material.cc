// SPDX-License-Identifier: Apache-2.0
#include "material.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace mailtap::traffic {
namespace {

constexpr std::size_t kBlockSize = std::size_t{1} << 18;

// What a reader that lost its place inside a message would take for dialogue, and what dot-stuffing is for.
constexpr std::array<const char*, 18> kTrapLines = {"QUIT",
                                                    "RSET",
                                                    "MAIL FROM:<trap@body.example>",
                                                    "RCPT TO:<trap@body.example>",
                                                    "DATA",
                                                    "EHLO trap.example",
                                                    "AUTH LOGIN",
                                                    "STARTTLS",
                                                    "BDAT 10 LAST",
                                                    "250 2.0.0 Ok",
                                                    "535 5.7.8 Error",
                                                    "221 Bye",
                                                    ".",
                                                    "..",
                                                    ".leading dot",
                                                    "...",
                                                    ". ",
                                                    ".QUIT"};
constexpr std::array<const char*, 16> kWords = {"the",  "meeting", "report", "of",       "invoice", "please",
                                                "and",  "quarter", "find",   "attached", "with",    "regards",
                                                "mail", "to",      "would",  "schedule"};
constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string text_line(Random& random) {
  std::string line;
  const std::uint32_t words = random.below(14);
  for (std::uint32_t i = 0; i < words; ++i) {
    if (i != 0) line += ' ';
    line += kWords[random.below(kWords.size())];
  }
  return line + "\r\n";
}

std::string base64_line(Random& random) {
  std::string line;
  for (int i = 0; i < 76; ++i) line += kBase64[random.below(64)];
  return line + "\r\n";
}

std::string body_line(Random& random, bool attachment) {
  if (random.chance(0.01)) return std::string(kTrapLines[random.below(kTrapLines.size())]) + "\r\n";
  return attachment ? base64_line(random) : text_line(random);
}

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  for (auto& byte : bytes) byte = static_cast<char>(random.next() >> 56);
  return bytes;
}

std::string record(Random& random) {
  const std::uint32_t size = random.chance(0.3) ? random.between(40, 1400) : random.between(4096, 16400);
  std::string bytes = {0x17, 0x03, 0x03, static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
  return bytes + random_bytes(random, size);
}

}  // namespace

std::size_t Bulk::take(std::uint8_t* out, std::size_t size) {
  std::size_t done = 0;
  while (done < size && length > 0) {
    const std::size_t at = static_cast<std::size_t>(position % block->size());
    const std::size_t part = static_cast<std::size_t>(
        std::min<std::uint64_t>({size - done, length, static_cast<std::uint64_t>(block->size() - at)}));
    std::memcpy(out + done, block->data() + at, part);
    done += part;
    position += part;
    length -= part;
  }
  return done;
}

void Material::Units::add(const std::string& unit) {
  text += unit;
  starts.push_back(text.size());
}

Material::Material(Random random) : noise_(random_bytes(random, kBlockSize)) {
  bool attachment = false;
  while (plain_.text.size() < kBlockSize) {
    if (random.chance(0.03)) attachment = !attachment;
    const std::string line = body_line(random, attachment);
    plain_.add(line);
    stuffed_.add(line[0] == '.' ? "." + line : line);
  }
  while (records_.text.size() < kBlockSize) records_.add(record(random));
}

std::size_t Material::end_of_run(const Units& units, std::size_t first, std::uint64_t octets) {
  const std::uint64_t total = units.text.size();
  const std::uint64_t target = (units.starts[first] + octets % total) % total;
  const auto end = std::lower_bound(units.starts.begin(), units.starts.end(), target);
  return static_cast<std::size_t>(end - units.starts.begin());
}

Bulk Material::run(const Units& units, std::size_t first, std::size_t end, std::uint64_t rounds) {
  const std::uint64_t total = units.text.size();
  std::uint64_t length = units.starts[end] + total - units.starts[first];
  if (end >= first) length -= total;
  return Bulk{&units.text, units.starts[first], length + rounds * total};
}

Material::Body Material::body(Random& random, std::uint64_t octets) const {
  const std::size_t first = random.below(static_cast<std::uint32_t>(plain_.starts.size() - 1));
  const std::size_t end = end_of_run(plain_, first, octets);
  const std::uint64_t rounds = octets / plain_.text.size();
  return Body{run(plain_, first, end, rounds), run(stuffed_, first, end, rounds)};
}

Bulk Material::records(Random& random, std::uint64_t octets) const {
  const std::size_t first = random.below(static_cast<std::uint32_t>(records_.starts.size() - 1));
  return run(records_, first, end_of_run(records_, first, octets), octets / records_.text.size());
}

Bulk Material::noise(Random& random, std::uint64_t octets) const {
  return Bulk{&noise_, random.below(static_cast<std::uint32_t>(noise_.size())), octets};
}

}  // namespace mailtap::traffic
