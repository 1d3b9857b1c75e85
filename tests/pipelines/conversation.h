// SPDX-License-Identifier: Apache-2.0
// Mail conversations as frames, for tests of the joined rooms: who says what, in turn, over a complete TCP
// connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/memory_source.h"

namespace mailtap {

struct Turn {
  bool client = true;
  std::string_view text;
};

class Conversation {
 public:
  // `step`: from each segment to the next.
  Conversation(std::uint8_t client_host, std::uint16_t client_port, std::uint16_t server_port, TimeNs start,
               TimeNs step = kMillisecondNs)
      : client_host_(client_host),
        client_port_(client_port),
        server_port_(server_port),
        time_(start),
        step_(step) {}

  // Handshake, the turns, both FINs. Each turn is cut into segments of at most `segment_max` bytes.
  std::vector<MemoryFrame> frames(const std::vector<Turn>& turns, std::size_t segment_max = 1448) {
    emit(true, kSyn, {});
    emit(false, kSyn | kAck, {});
    emit(true, kAck, {});
    for (const Turn& turn : turns)
      for (std::size_t at = 0; at < turn.text.size(); at += segment_max)
        emit(turn.client, kAck, turn.text.substr(at, segment_max));
    emit(true, kFin | kAck, {});
    emit(false, kFin | kAck, {});
    emit(true, kAck, {});
    return std::move(frames_);
  }

 private:
  static constexpr unsigned kFin = 1, kSyn = 2, kAck = 16;

  static void put(std::vector<std::uint8_t>& out, std::uint64_t value, int bytes) {
    while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
  }

  void emit(bool client, unsigned flags, std::string_view text) {
    std::uint32_t& seq = client ? client_seq_ : server_seq_;
    const std::uint32_t ack = (flags & kAck) != 0 ? (client ? server_seq_ : client_seq_) : 0;
    std::vector<std::uint8_t> out(12, 2);
    put(out, 0x0800, 2);
    put(out, 0x4500, 2);
    put(out, 40 + text.size(), 2);
    put(out, 0x0000'4000'4006'0000, 8);
    const std::uint32_t mine = 0x0a00'0000U + client_host_;
    put(out, client ? mine : kServer, 4);
    put(out, client ? kServer : mine, 4);
    put(out, client ? client_port_ : server_port_, 2);
    put(out, client ? server_port_ : client_port_, 2);
    put(out, seq, 4);
    put(out, ack, 4);
    put(out, 0x5000 | flags, 2);
    put(out, 0xffff'0000'0000, 6);
    out.insert(out.end(), text.begin(), text.end());
    seq += static_cast<std::uint32_t>(text.size()) + ((flags & (kFin | kSyn)) != 0 ? 1 : 0);
    frames_.push_back({time_, std::move(out), 0, LinkType::kEthernet});
    time_ += step_;
  }

  static constexpr std::uint32_t kServer = 0xc633'6419;  // 198.51.100.25
  std::uint8_t client_host_;
  std::uint16_t client_port_;
  std::uint16_t server_port_;
  TimeNs time_;
  TimeNs step_;
  std::uint32_t client_seq_ = 0xffff'fff0;  // wraps early
  std::uint32_t server_seq_ = 7000;
  std::vector<MemoryFrame> frames_;
};

// A password that must not stand in any output.
inline constexpr std::string_view kCanary = "canary-7f3a9e";

// A mail, handed in with a password in clear: AUTH PLAIN of NUL user NUL canary-7f3a9e.
inline std::vector<Turn> a_mail_with_a_password() {
  return {
      {false, "220 mx.example ESMTP ready\r\n"},
      {true, "EHLO client.example\r\n"},
      {false, "250-mx.example\r\n250-PIPELINING\r\n250 AUTH PLAIN LOGIN\r\n"},
      {true, "AUTH PLAIN AHVzZXIAY2FuYXJ5LTdmM2E5ZQ==\r\n"},
      {false, "235 2.7.0 ok\r\n"},
      {true, "MAIL FROM:<a@client.example>\r\nRCPT TO:<b@mx.example>\r\nRCPT TO:<no@mx.example>\r\nDATA\r\n"},
      {false, "250 ok\r\n250 ok\r\n550 5.1.1 no such user\r\n354 go\r\n"},
      {true, "Subject: x\r\n\r\n..dotted\r\nbody\r\n.\r\n"},
      {false, "250 2.0.0 queued\r\n"},
      {true, "VRFY root\r\n"},
      {false, "252 maybe\r\n"},
      {true, "QUIT\r\n"},
      {false, "221 bye\r\n"}};
}

inline std::vector<Turn> a_session_gone_to_tls() {
  return {{false, "220 mx.example ESMTP ready\r\n"},
          {true, "EHLO client.example\r\n"},
          {false, "250-mx.example\r\n250 STARTTLS\r\n"},
          {true, "STARTTLS\r\n"},
          {false, "220 2.0.0 go\r\n"},
          {true, "\x16\x03\x01 hello of the client"},
          {false, "\x16\x03\x03 hello of the server"},
          {true, "\x17\x03\x03 data"},
          {false, "\x17\x03\x03 data"}};
}

inline std::vector<Turn> a_web_request() {
  return {{true, "GET / HTTP/1.1\r\nHost: www.example\r\n\r\n"},
          {false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"}};
}

}  // namespace mailtap
