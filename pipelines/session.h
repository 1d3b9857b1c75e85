// SPDX-License-Identifier: Apache-2.0
// What a worker keeps of one flow that carries mail, or may: where its bytes stand, what is being said, and
// what its records have in common. Lives in a slot of the worker's SessionStore; made when the first payload
// of a flow comes.
#pragma once

#include <array>
#include <cstdint>

#include "base/page_pool.h"
#include "base/side.h"
#include "base/time.h"
#include "flow/flow_key.h"
#include "smtp/dialogue.h"
#include "tcp/stream_state.h"

namespace mailtap {

enum class Phase : std::uint8_t {
  kProbing,  // its first bytes wait in a page until they tell what it is
  kMail,
  kNotOurs,  // found to be something else: the worker lets it go
};

struct Session {
  FlowKey key;
  TimeNs start = 0;
  StreamState stream;
  std::uint64_t gap_bytes = 0;
  std::uint32_t sequence = 0;  // of its next record
  std::uint32_t truncated_frames = 0;
  PageIndex probe_page = kNoPage;
  PageIndex tunnel_page = kNoPage;  // a Tunnel by side; few sessions have one
  std::uint32_t probe_bytes = 0;    // of a page of up to 64 KiB
  std::array<std::uint16_t, kVlansMax> vlans{};
  std::array<bool, 2> silence_told{};  // by side
  std::uint8_t vlan_count : 4 = 0;
  Phase phase : 2 = Phase::kProbing;
  Side client : 1 = Side::kA;
  bool client_known : 1 = false;  // by the handshake
  bool conflict_told : 1 = false;
  bool tunnel_lost : 1 = false;  // no page was free for it
  smtp::Dialogue dialogue{{}};   // has begun in kMail

  std::uint64_t flow_id() const { return flow_id_of(key, start); }
  Role role_of(Side side) const { return side == client ? Role::kClient : Role::kServer; }
};
// HOUSE: a mail session at rest takes less than 512 bytes; its text stands in pages.
static_assert(sizeof(Session) < 512);

}  // namespace mailtap
