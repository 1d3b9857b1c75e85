// SPDX-License-Identifier: Apache-2.0
// base64 = *quantum [final]; quantum = 4 alphabet; final = 2 alphabet "==" / 3 alphabet "=" (RFC 4648 4)
#include "crypt/base64.h"

#include <array>

namespace mailtap {
namespace {

constexpr char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xff;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  for (auto& value : values) value = kNone;
  for (unsigned i = 0; i < 64; ++i)
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  return values;
}
constexpr std::array<std::uint8_t, 256> kValues = make_values();

std::uint32_t value_of(char c) { return kValues[static_cast<unsigned char>(c)]; }

// The whole quanta, straight. Stops before the first that is not one, or for which there is no room.
void decode_quanta(std::string_view text, std::span<std::uint8_t> out, Base64Decoded& done) {
  while (text.size() - done.stop >= 4 && out.size() - done.size >= 3) {
    const char* at = text.data() + done.stop;
    const std::uint32_t a = value_of(at[0]), b = value_of(at[1]), c = value_of(at[2]), d = value_of(at[3]);
    if (((a | b | c | d) & 0x80U) != 0) return;
    const std::uint32_t bits = a << 18 | b << 12 | c << 6 | d;
    out[done.size] = static_cast<std::uint8_t>(bits >> 16);
    out[done.size + 1] = static_cast<std::uint8_t>(bits >> 8);
    out[done.size + 2] = static_cast<std::uint8_t>(bits);
    done.size += 3;
    done.stop += 4;
  }
}

// Up to four characters of the last quantum: `n` of them in the alphabet, their bits from the left.
struct Tail {
  std::uint32_t bits = 0;
  std::size_t n = 0;
};

Tail read_tail(std::string_view text) {
  Tail tail;
  for (; tail.n < 4 && tail.n < text.size() && value_of(text[tail.n]) != kNone; ++tail.n)
    tail.bits |= value_of(text[tail.n]) << (18 - 6 * tail.n);
  return tail;
}

Base64End judge_end(std::string_view rest, const Tail& tail, Base64Decoded& done) {
  std::size_t padding = 0;
  while (tail.n >= 2 && padding < 4 - tail.n && tail.n + padding < rest.size() &&
         rest[tail.n + padding] == '=')
    ++padding;
  done.stop += tail.n + padding;
  if (tail.n + padding < rest.size()) return Base64End::kBadCharacter;
  if (tail.n == 1) return Base64End::kCutQuantum;
  if (tail.n + padding != 4) return Base64End::kUnpadded;
  const std::uint32_t unused = tail.n == 2 ? 0xffffU : 0xffU;
  return (tail.bits & unused) == 0 ? Base64End::kWhole : Base64End::kLooseBits;
}

}  // namespace

Base64Decoded base64_decode(std::string_view text, std::span<std::uint8_t> out) {
  Base64Decoded done;
  decode_quanta(text, out, done);
  const std::string_view rest = text.substr(done.stop);
  if (rest.empty()) return done;
  const Tail tail = read_tail(rest);
  const std::size_t octets = tail.n < 2 ? 0 : tail.n - 1;
  if (octets > out.size() - done.size) {
    done.end = Base64End::kNoRoom;
    return done;
  }
  for (std::size_t i = 0; i < octets; ++i)
    out[done.size++] = static_cast<std::uint8_t>(tail.bits >> (16 - 8 * i));
  done.end = judge_end(rest, tail, done);
  return done;
}

std::size_t base64_encode(Bytes bytes, std::span<char> out) {
  if (out.size() < base64_encoded_size(bytes.size())) return 0;
  char* to = out.data();
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const std::size_t left = bytes.size() - at;
    std::uint32_t bits = std::uint32_t{bytes[at]} << 16;
    if (left > 1) bits |= std::uint32_t{bytes[at + 1]} << 8;
    if (left > 2) bits |= bytes[at + 2];
    *to++ = kAlphabet[bits >> 18];
    *to++ = kAlphabet[bits >> 12 & 63];
    *to++ = left > 1 ? kAlphabet[bits >> 6 & 63] : '=';
    *to++ = left > 2 ? kAlphabet[bits & 63] : '=';
  }
  return base64_encoded_size(bytes.size());
}

}  // namespace mailtap
