// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648 4), for AUTH.
#ifndef MAILTAP_BENCH_TRAFFIC_BASE64_H_
#define MAILTAP_BENCH_TRAFFIC_BASE64_H_

#include <string>
#include <string_view>

namespace mailtap::traffic {

std::string to_base64(std::string_view bytes);

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_BASE64_H_
