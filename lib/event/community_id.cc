// SPDX-License-Identifier: Apache-2.0
#include "event/community_id.h"

#include <algorithm>
#include <tuple>

#include "crypt/base64.h"
#include "crypt/digest.h"

namespace mailtap {

namespace {

class Message {
 public:
  void add(Bytes bytes) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += bytes.size();
  }
  void add_be16(std::uint16_t value) {
    bytes_[size_++] = static_cast<std::uint8_t>(value >> 8);
    bytes_[size_++] = static_cast<std::uint8_t>(value & 0xff);
  }
  Bytes bytes() const { return {bytes_.data(), size_}; }

 private:
  std::array<std::uint8_t, 40> bytes_{};
  std::size_t size_ = 0;
};

Bytes address_bytes(const IpAddress& address, std::uint8_t ip_version) {
  return ip_version == 4 ? address.v4() : Bytes(address.octets);
}

}  // namespace

CommunityId community_id(const FlowFacts& flow) {
  static constexpr std::array<std::uint8_t, 2> kTcpAndPadding{6, 0};
  const bool client_first = std::tie(flow.client, flow.client_port) < std::tie(flow.server, flow.server_port);
  Message message;
  message.add_be16(0);  // seed
  message.add(address_bytes(client_first ? flow.client : flow.server, flow.ip_version));
  message.add(address_bytes(client_first ? flow.server : flow.client, flow.ip_version));
  message.add(kTcpAndPadding);
  message.add_be16(client_first ? flow.client_port : flow.server_port);
  message.add_be16(client_first ? flow.server_port : flow.client_port);

  CommunityId id;
  id.digits[0] = '1';
  id.digits[1] = ':';
  base64_encode(sha1(message.bytes()), std::span<char>(id.digits).subspan(2));
  return id;
}

}  // namespace mailtap
