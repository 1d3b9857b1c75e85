// SPDX-License-Identifier: Apache-2.0
// What every worker is made from. One object, made at start, const and shared afterwards; outlives all
// workers.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "crypt/keyed_hash.h"
#include "crypt/sealed_box.h"
#include "detect/detect_settings.h"
#include "event/event_settings.h"
#include "flow/flow_settings.h"
#include "host/host_settings.h"
#include "match/pattern_set.h"
#include "packet/packet_settings.h"
#include "pipelines/pipeline_settings.h"
#include "smtp/smtp_settings.h"
#include "tcp/tcp_settings.h"

namespace mailtap {

struct WorkerParts {
  PacketSettings packet;
  FlowSettings flow;
  TcpSettings tcp;
  SmtpSettings smtp;
  HostSettings host;
  EventSettings event;
  DetectSettings detect;
  PipelineSettings pipeline;
  std::shared_ptr<const PatternSet> patterns;
  std::shared_ptr<const KeyedHash> secrets;
  std::optional<SealingKey> sealing_key;
  std::uint64_t seed = 0;  // of tables that traffic fills: random at start; no result depends on it
  bool lossless = true;    // full queues make the one before them wait: replay
  bool sleeps = true;      // an empty queue puts a thread to sleep (the input is finite); else it polls
  bool prompt = false;     // what is told is written before a thread sleeps: somebody watches a pipe
};

}  // namespace mailtap
