// SPDX-License-Identifier: Apache-2.0
// The settings of all rooms, as app/ and pipelines/ hand them out; a room sees its own struct only. Plain
// values with the defaults of a sensor that nobody has configured. Owned.
#pragma once

#include <string>

#include "capture/capture_settings.h"
#include "config/privacy_settings.h"
#include "detect/detect_settings.h"
#include "event/event_settings.h"
#include "export/export_settings.h"
#include "flow/flow_settings.h"
#include "host/host_settings.h"
#include "match/match_settings.h"
#include "nic/nic_settings.h"
#include "packet/packet_settings.h"
#include "pipelines/pipeline_settings.h"
#include "smtp/smtp_settings.h"
#include "tcp/tcp_settings.h"

namespace mailtap {

struct Config {
  std::string folder;  // of the output; --out goes before it; empty: no files are written
  PrivacySettings privacy;
  NicSettings nic;
  CaptureSettings capture;
  PipelineSettings pipeline;
  PacketSettings packet;
  FlowSettings flow;
  TcpSettings tcp;
  MatchSettings match;
  SmtpSettings smtp;
  HostSettings host;
  EventSettings event;
  ExportSettings output;  // `sensor` and `privacy.usernames` too
  DetectSettings detect;  // local_networks and mail_servers too
};

}  // namespace mailtap
