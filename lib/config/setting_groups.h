// SPDX-License-Identifier: Apache-2.0
// The settings of each room, one function a room; all_settings() joins them. Set-up only.
#pragma once

#include <vector>

#include "config/setting.h"

namespace mailtap {

std::vector<Setting> nic_settings();
std::vector<Setting> capture_settings();
std::vector<Setting> pipeline_settings();
std::vector<Setting> packet_settings();
std::vector<Setting> flow_settings();
std::vector<Setting> tcp_settings();
std::vector<Setting> match_settings();
std::vector<Setting> smtp_settings();
std::vector<Setting> host_settings();
std::vector<Setting> event_settings();
std::vector<Setting> detect_settings();

}  // namespace mailtap
