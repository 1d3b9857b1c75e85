// SPDX-License-Identifier: Apache-2.0
#include "packet/ip_address.h"

#include <arpa/inet.h>

namespace mailtap {

std::string to_string(const IpAddress& address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address.is_v4())
    ::inet_ntop(AF_INET, address.v4().data(), text, sizeof text);
  else
    ::inet_ntop(AF_INET6, address.octets.data(), text, sizeof text);
  return text;
}

}  // namespace mailtap
