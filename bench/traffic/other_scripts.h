// SPDX-License-Identifier: Apache-2.0
// Connections that are not mail: web, TLS, a shell, bulk, and FTP, whose server also begins with 220.
#ifndef MAILTAP_BENCH_TRAFFIC_OTHER_SCRIPTS_H_
#define MAILTAP_BENCH_TRAFFIC_OTHER_SCRIPTS_H_

#include <cstdint>
#include <memory>

#include "material.h"
#include "random.h"
#include "turn.h"

namespace mailtap::traffic {

enum class OtherKind : std::uint8_t { kWeb, kTls, kShell, kBulk, kFtp };

std::uint16_t port_of(OtherKind kind);
std::unique_ptr<Script> other_script(OtherKind kind, const Material& material, Random random);
// Says nothing and stays open.
std::unique_ptr<Script> idle_script();
// The turns of a TLS connection from ClientHello to the end; `octets` each way (RFC 8446 appendix A).
Turn tls_turn(const Material& material, Random& random, std::uint32_t step, std::uint64_t client_octets,
              std::uint64_t server_octets);
constexpr std::uint32_t kTlsTurns = 6;

}  // namespace mailtap::traffic

#endif  // MAILTAP_BENCH_TRAFFIC_OTHER_SCRIPTS_H_
