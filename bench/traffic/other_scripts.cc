// SPDX-License-Identifier: Apache-2.0
#include "other_scripts.h"

#include <array>

namespace mailtap::traffic {
namespace {

constexpr std::uint64_t kBulkMax = 20000000;

std::string u16(std::uint32_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}

std::string random_text(Random& random, std::size_t size) {
  std::string text;
  while (text.size() < size) text += static_cast<char>(random.next());
  return text;
}

// A handshake message of `type` in a record of its own.
std::string handshake_record(std::uint32_t type, const std::string& body) {
  const auto size = static_cast<std::uint32_t>(body.size());
  const std::string message = std::string{static_cast<char>(type), 0} + u16(size) + body;
  return std::string{0x16, 0x03, 0x01} + u16(size + 4) + message;
}

// Version, random and session id of either Hello.
std::string hello_head(Random& random) {
  return u16(0x0303) + random_text(random, 32) + " " + random_text(random, 32);
}

Piece client_hello(Random& random) {
  const std::string name = "mx" + std::to_string(random.below(100)) + ".example";
  const auto size = static_cast<std::uint32_t>(name.size());
  const std::string server_name = u16(0) + u16(size + 5) + u16(size + 3) + '\0' + u16(size) + name;
  const std::string suites = u16(0x1301) + u16(0x1302) + u16(0xc02f) + u16(0xc030);
  const std::string body = hello_head(random) + u16(static_cast<std::uint32_t>(suites.size())) + suites +
                           std::string{0x01, 0x00} + u16(static_cast<std::uint32_t>(server_name.size())) +
                           server_name;
  return {handshake_record(1, body), {}};
}

Piece server_hello(const Material& material, Random& random) {
  std::string text = handshake_record(2, hello_head(random) + u16(0xc02f) + '\0');
  text += std::string{0x14, 0x03, 0x03, 0x00, 0x01, 0x01};
  return {std::move(text), material.records(random, random.between(1500, 3500))};
}

class WebScript final : public Script {
 public:
  WebScript(const Material& material, Random random)
      : material_(material), random_(random), requests_(1 + random_.run(0.5, 20)) {}

  bool next(Turn& turn) override {
    if (requests_ == 0) return false;
    if (!answer_) {
      turn.add("GET /page/" + std::to_string(random_.below(100000)) +
               " HTTP/1.1\r\nHost: www.example\r\n\r\n");
    } else {
      const std::uint64_t size = random_.log_normal(9000, 1.8, kBulkMax);
      turn.set_from(Side::kServer);
      turn.add(Piece{"HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n",
                     material_.noise(random_, size)});
      --requests_;
    }
    answer_ = !answer_;
    return true;
  }

 private:
  const Material& material_;
  Random random_;
  std::uint32_t requests_;
  bool answer_ = false;
};

class TlsScript final : public Script {
 public:
  TlsScript(const Material& material, Random random)
      : material_(material), random_(random), server_octets_(random_.log_normal(12000, 1.8, kBulkMax)) {}

  bool next(Turn& turn) override {
    if (step_ == kTlsTurns) return false;
    turn = tls_turn(material_, random_, step_++, random_.between(200, 2000), server_octets_);
    return true;
  }

 private:
  const Material& material_;
  Random random_;
  std::uint64_t server_octets_;
  std::uint32_t step_ = 0;
};

class ShellScript final : public Script {
 public:
  ShellScript(const Material& material, Random random)
      : material_(material), random_(random), left_(random_.between(20, 300)) {}

  bool next(Turn& turn) override {
    if (left_-- == 0) return false;
    const bool server = (left_ & 1) != 0;
    turn.set_from(server ? Side::kServer : Side::kClient);
    if (greetings_ < 2) {
      turn.add(server ? "SSH-2.0-OpenSSH_9.2p1\r\n" : "SSH-2.0-OpenSSH_9.6\r\n");
      ++greetings_;
    } else {
      turn.add(Piece{{}, material_.noise(random_, server ? random_.between(36, 400) : 36)});
    }
    return true;
  }

 private:
  const Material& material_;
  Random random_;
  std::uint32_t left_;
  std::uint32_t greetings_ = 0;
};

class BulkScript final : public Script {
 public:
  BulkScript(const Material& material, Random random) : material_(material), random_(random) {}

  bool next(Turn& turn) override {
    if (done_) return false;
    done_ = true;
    turn.set_from(random_.chance(0.5) ? Side::kServer : Side::kClient);
    // Never looks like anybody's greeting.
    turn.add(Piece{std::string(4, '\0'), material_.noise(random_, random_.log_normal(60000, 1.5, kBulkMax))});
    return true;
  }

 private:
  const Material& material_;
  Random random_;
  bool done_ = false;
};

class FtpScript final : public Script {
 public:
  bool next(Turn& turn) override {
    constexpr std::array<const char*, 7> kLines = {"220 files.example FTP server ready\r\n",
                                                   "USER anonymous\r\n",
                                                   "331 Send your address as password\r\n",
                                                   "PASS guest@\r\n",
                                                   "230 Logged in\r\n",
                                                   "QUIT\r\n",
                                                   "221 Goodbye\r\n"};
    if (step_ == kLines.size()) return false;
    turn.set_from(step_ % 2 == 0 ? Side::kServer : Side::kClient);
    turn.add(kLines[step_++]);
    return true;
  }

 private:
  std::size_t step_ = 0;
};

class IdleScript final : public Script {
 public:
  bool next(Turn&) override { return false; }
  Ending ending() const override { return Ending::kStaysOpen; }
};

}  // namespace

std::uint16_t port_of(OtherKind kind) {
  constexpr std::array<std::uint16_t, 5> kPorts = {80, 443, 22, 5201, 21};
  return kPorts[static_cast<std::size_t>(kind)];
}

std::unique_ptr<Script> other_script(OtherKind kind, const Material& material, Random random) {
  switch (kind) {
    case OtherKind::kWeb: return std::make_unique<WebScript>(material, random);
    case OtherKind::kTls: return std::make_unique<TlsScript>(material, random);
    case OtherKind::kShell: return std::make_unique<ShellScript>(material, random);
    case OtherKind::kBulk: return std::make_unique<BulkScript>(material, random);
    case OtherKind::kFtp: break;
  }
  return std::make_unique<FtpScript>();
}

std::unique_ptr<Script> idle_script() { return std::make_unique<IdleScript>(); }

Turn tls_turn(const Material& material, Random& random, std::uint32_t step, std::uint64_t client_octets,
              std::uint64_t server_octets) {
  Turn turn;
  turn.set_from(step % 2 == 0 ? Side::kClient : Side::kServer);
  const std::string change_cipher = {0x14, 0x03, 0x03, 0x00, 0x01, 0x01};
  switch (step) {
    case 0: turn.add(client_hello(random)); break;
    case 1: turn.add(server_hello(material, random)); break;
    case 2: turn.add(Piece{change_cipher, material.records(random, 60)}); break;
    case 3: turn.add(Piece{{}, material.records(random, 300)}); break;
    case 4: turn.add(Piece{{}, material.records(random, client_octets)}); break;
    default: turn.add(Piece{{}, material.records(random, server_octets)}); break;
  }
  return turn;
}

}  // namespace mailtap::traffic
