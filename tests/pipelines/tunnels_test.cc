// SPDX-License-Identifier: Apache-2.0
// Mail within tunnels: what is told is the mail's, and says in which tunnel it came.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "tests/pipelines/conversation.h"
#include "tests/pipelines/machine.h"

namespace mailtap {
namespace {

using Octets = std::vector<std::uint8_t>;

void put(Octets& out, std::uint64_t value, int bytes) {
  while (bytes-- > 0) out.push_back(static_cast<std::uint8_t>(value >> (8 * bytes)));
}

// Between 10.9.0.1, in front of the client, and 10.9.0.2.
Octets outer(bool client, std::uint8_t protocol, const Octets& inner) {
  Octets out(12, 4);
  put(out, 0x0800'4500, 4);
  put(out, 20 + inner.size(), 2);
  put(out, 0x0000'0000'4000 | protocol, 6);
  put(out, 0, 2);
  put(out, 0x0a09'0000U + (client ? 1 : 2), 4);
  put(out, 0x0a09'0000U + (client ? 2 : 1), 4);
  out.insert(out.end(), inner.begin(), inner.end());
  return out;
}

Octets udp(std::uint16_t port, const Octets& header, const Octets& inner) {
  Octets out;
  put(out, 50'000, 2);
  put(out, port, 2);
  put(out, 8 + header.size() + inner.size(), 2);
  put(out, 0, 2);
  out.insert(out.end(), header.begin(), header.end());
  out.insert(out.end(), inner.begin(), inner.end());
  return out;
}

// Each direction has an id of its own: 1001 to the server, 2002 to the client.
Octets in_gtp(bool client, const Octets& frame) {
  const Octets ip(frame.begin() + 14, frame.end());
  Octets header = {0x30, 255};
  put(header, ip.size(), 2);
  put(header, client ? 1001 : 2002, 4);
  return outer(client, 17, udp(2152, header, ip));
}

Octets in_vxlan(bool client, std::uint32_t id, const Octets& frame) {
  Octets header = {8, 0, 0, 0};
  put(header, std::uint64_t{id} << 8, 4);
  return outer(client, 17, udp(4789, header, frame));
}

using Wrap = std::function<Octets(bool client, const Octets& frame)>;

std::vector<MemoryFrame> wrapped(const Wrap& wrap, std::uint8_t host = 1) {
  constexpr TimeNs kStart = 1'700'000'000 * kSecondNs;
  auto frames = Conversation(host, 40'000, 25, kStart).frames(a_mail_with_a_password());
  for (MemoryFrame& frame : frames) frame.bytes = wrap(frame.bytes[29] == host, frame.bytes);
  return frames;
}

const Wrap kPlain = [](bool, const Octets& frame) { return frame; };

TEST(Tunnels, OfTwoIdsAreOneConnectionAndTellTheClients) {
  const std::size_t plain = run_machine(small_parts(), 1, wrapped(kPlain)).events.size();
  for (const unsigned workers : {1U, 3U}) {
    const Told told = run_machine(small_parts(), workers, wrapped(in_gtp));
    EXPECT_EQ(told.events.size(), plain);
    EXPECT_EQ(told.count("\"status\":\"delivered\""), 1U);
    EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 1U);
    const std::string tunnel =
        R"("tunnel":{"type":"gtp-u","id":1001,"src_ip":"10.9.0.1","dest_ip":"10.9.0.2","depth":1})";
    EXPECT_EQ(told.count(tunnel), told.count("\"flow_id\""));
    EXPECT_EQ(told.count("\"loss\""), 0U);
  }
}

// As a tap does whose two ports differ by less than tcp.skew.
TEST(Tunnels, AreToldAlikeWhicheverDirectionTheTapDeliveredFirst) {
  const std::vector<MemoryFrame> in_order = wrapped(in_gtp);
  const auto from_client = [](const MemoryFrame& frame) { return frame.bytes[29] == 1; };
  for (std::size_t first = 3; first < 5; ++first) {  // behind the handshake
    std::vector<MemoryFrame> frames = in_order;
    for (std::size_t i = first; i + 1 < frames.size(); i += 2)
      if (from_client(frames[i]) != from_client(frames[i + 1]))
        std::swap(frames[i].bytes, frames[i + 1].bytes);
    const Told told = run_machine(small_parts(), 1, frames);
    EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 1U);
    EXPECT_EQ(told.count("\"id\":1001,\"src_ip\":\"10.9.0.1\""), told.count("\"flow_id\""));
  }
}

TEST(Tunnels, InOneDirectionOnlyAreToldAsTheClientWouldSeeThem) {
  const Told told = run_machine(small_parts(), 1, wrapped([](bool client, const Octets& frame) {
                                  return client ? frame : in_gtp(client, frame);
                                }));
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 1U);
  EXPECT_EQ(told.count("\"id\":2002,\"src_ip\":\"10.9.0.1\""), told.count("\"flow_id\""));
}

// The packets of a routed connection have the id of the network they go to.
TEST(Tunnels, OfAConnectionBetweenTwoNetworksAreOneConnection) {
  const auto routed = [](bool client, const Octets& frame) {
    return in_vxlan(client, client ? 7 : 8, frame);
  };
  const Told told = run_machine(small_parts(), 1, wrapped(routed));
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 1U);
  EXPECT_EQ(told.count("\"loss\""), 0U);
  EXPECT_EQ(told.count("\"id\":7,"), told.count("\"flow_id\""));
}

// Two customers with the same addresses, packet by packet.
TEST(Tunnels, OfTwoNetworksKeepTheSameAddressesApart) {
  auto frames = wrapped([](bool client, const Octets& frame) { return in_vxlan(client, 7, frame); });
  const auto others = wrapped([](bool client, const Octets& frame) { return in_vxlan(client, 8, frame); });
  frames.insert(frames.end(), others.begin(), others.end());
  std::stable_sort(frames.begin(), frames.end(),
                   [](const MemoryFrame& a, const MemoryFrame& b) { return a.time < b.time; });
  WorkerParts parts = small_parts();
  parts.flow.tunnel_in_key = true;
  const Told apart = run_machine(parts, 1, frames);
  EXPECT_EQ(apart.count("\"event_type\":\"smtp_session\""), 2U);
  EXPECT_EQ(apart.count("\"status\":\"delivered\""), 2U);
  EXPECT_EQ(apart.count("\"loss\""), 0U);
  for (const char* id : {"\"id\":7,", "\"id\":8,"}) EXPECT_GE(apart.count(id), 3U);  // mail, AUTH, session
  EXPECT_EQ(run_machine(small_parts(), 1, frames).count("\"event_type\":\"smtp_session\""), 1U);
}

TEST(Tunnels, ThatNoPageIsFreeForAreCountedAsLost) {
  std::vector<MemoryFrame> frames;
  for (std::uint8_t host = 1; host <= 100; ++host) {
    const auto more = wrapped(in_gtp, host);
    frames.insert(frames.end(), more.begin(), more.end());
  }
  std::stable_sort(frames.begin(), frames.end(),
                   [](const MemoryFrame& a, const MemoryFrame& b) { return a.time < b.time; });
  WorkerParts parts = small_parts();
  parts.pipeline.text_pages = 64;
  const Told told = run_machine(parts, 1, frames);
  EXPECT_EQ(told.count("\"event_type\":\"smtp_session\""), 100U);
  EXPECT_LT(told.count("\"tunnel\""), told.count("\"flow_id\""));
  EXPECT_EQ(told.final_stats.find("\"refused\":0"), std::string::npos) << told.final_stats;
}

}  // namespace
}  // namespace mailtap
